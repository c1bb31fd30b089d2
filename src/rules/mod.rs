//! The rules: values in one static table, each on the lowest rung that suffices.

mod architecture;
mod buckets;
mod calls;
mod chain;
mod consumers;
mod correctness;
mod cost;
mod early;
mod handlers;
mod hosting;
mod instances;
mod keys;
mod links;
mod machines;
mod network;
mod notebooks;
mod operations;
pub mod options;
mod paste;
mod performance;
mod reliability;
mod roles;
mod scaling;
mod security;
mod serving;
mod testing;
mod training;
mod transforms;

use std::{cell::RefCell, fmt};

use crate::{
    finding::{Finding, Severity},
    graph::{
        Graph, ResourceId,
        attr::Subject,
        fact::{Fact, FactKind},
        guard::World,
    },
    rules::options::{Number, Options, RuleOption, Texts},
};

/// All rules, sorted by name.
pub static ALL: &[&Rule] = &[
    &reliability::ai_job_without_wait::RULE,
    &cost::athena_without_scan_limit::RULE,
    &performance::batch_smaller_than_cluster::RULE,
    &security::bucket_without_encryption::RULE,
    &cost::bucket_without_lifecycle::RULE,
    &cost::cpu_algorithm_on_gpu::RULE,
    &security::domain_without_kms_key::RULE,
    &correctness::elastic_inference_retired::RULE,
    &reliability::emr_spot_on_primary::RULE,
    &reliability::endpoint_without_autoscaling::RULE,
    &security::endpoint_without_kms_key::RULE,
    &correctness::estimator_never_bound::RULE,
    &security::execution_role_too_broad::RULE,
    &operations::expired_allowance::RULE,
    &security::feature_group_without_kms_key::RULE,
    &correctness::firehose_transform_payload::RULE,
    &reliability::firehose_transform_timeout::RULE,
    &correctness::gpu_algorithm_on_cpu::RULE,
    &operations::gpu_instance_without_driver_image::RULE,
    &correctness::hub_download_impossible::RULE,
    &correctness::hyperparameter_missing::RULE,
    &correctness::hyperparameter_misspelled::RULE,
    &correctness::hyperparameter_out_of_range::RULE,
    &security::inference_data_without_kms_key::RULE,
    &correctness::instance_type_misspelled::RULE,
    &correctness::instance_type_not_in_region::RULE,
    &correctness::instance_type_unknown::RULE,
    &correctness::instance_type_wrong_use::RULE,
    &security::job_without_kms_key::RULE,
    &performance::kinesis_too_many_consumers::RULE,
    &architecture::lambda_chains_ai_services::RULE,
    &architecture::lambda_polls_by_sleeping::RULE,
    &operations::legacy_instance::RULE,
    &correctness::main_guard_quoted::RULE,
    &operations::malformed_allowance::RULE,
    &correctness::ml_instance_outside_sagemaker::RULE,
    &correctness::model_artefact_shape::RULE,
    &security::model_outside_vpc::RULE,
    &correctness::multi_instance_unsupported::RULE,
    &security::notebook_direct_internet::RULE,
    &security::notebook_imds_v1::RULE,
    &security::notebook_outside_vpc::RULE,
    &security::notebook_root_access::RULE,
    &cost::notebook_without_idle_stop::RULE,
    &security::notebook_without_kms_key::RULE,
    &operations::notebook_without_repository::RULE,
    &security::passrole_of_any_role::RULE,
    &correctness::pipe_mode_unsupported::RULE,
    &cost::provisioned_concurrency_all_day::RULE,
    &correctness::queue_visibility_too_short::RULE,
    &architecture::queue_with_several_consumers::RULE,
    &correctness::retired_service::RULE,
    &security::s3_endpoint_policy_open::RULE,
    &security::s3_endpoint_policy_too_narrow::RULE,
    &cost::scale_in_disabled::RULE,
    &reliability::scaling_target_without_policy::RULE,
    &correctness::sdk_argument_misspelled::RULE,
    &correctness::sdk_v1_argument::RULE,
    &cost::several_gpus_unused::RULE,
    &reliability::single_instance_endpoint::RULE,
    &correctness::spot_wait_over_an_hour::RULE,
    &correctness::spot_wait_shorter_than_run::RULE,
    &reliability::spot_without_checkpoint::RULE,
    &reliability::startup_timeout_default::RULE,
    &correctness::syntax_error::RULE,
    &cost::table_not_columnar::RULE,
    &correctness::tensor_parallel_mismatch::RULE,
    &correctness::too_many_variants::RULE,
    &security::training_outside_vpc::RULE,
    &cost::training_without_spot::RULE,
    &reliability::transcribe_without_wait::RULE,
    &operations::unknown_allowance::RULE,
    &operations::untagged_ml_resource::RULE,
    &operations::unused_allowance::RULE,
    &correctness::variant_without_traffic::RULE,
    &cost::volume_for_streamed_data::RULE,
    &reliability::vpc_without_s3_endpoint::RULE,
];

/// The rule with this name, or with this former name.
pub fn by_name(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.name == name || rule.aliases.contains(&name))
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Will not run, or will be refused.
    Correctness,
    /// Access, exposure, encryption.
    Security,
    /// Loses work or availability.
    Reliability,
    /// Slower than it need be.
    Performance,
    /// Costs more than it need.
    Cost,
    /// Hard to run and to understand.
    Operations,
    /// Shape of the whole.
    Architecture,
}

impl Category {
    /// All categories, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::Correctness,
        Self::Security,
        Self::Reliability,
        Self::Performance,
        Self::Cost,
        Self::Operations,
        Self::Architecture,
    ];

    /// Its name, as in `--select`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Correctness => "correctness",
            Self::Security => "security",
            Self::Reliability => "reliability",
            Self::Performance => "performance",
            Self::Cost => "cost",
            Self::Operations => "operations",
            Self::Architecture => "architecture",
        }
    }
}

/// Which fixes a rule may offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixes {
    /// None.
    None,
    /// Safe ones.
    Safe,
    /// Unsafe ones.
    Unsafe,
}

/// Which findings of a rule are one story, of which readers see the first places and a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Those of one folder.
    Folder,
    /// Those of all code of the project, since what is true of one script is true of nearly all; those of templates,
    /// Terraform and requests by folder.
    Code,
}

/// One rule.
pub struct Rule {
    /// Its identity: kebab-case, names the fault.
    pub name: &'static str,
    /// Former names; they stay valid for ever.
    pub aliases: &'static [&'static str],
    /// What it is about.
    pub category: Category,
    /// How bad its findings are.
    pub severity: Severity,
    /// The one other severity, and the condition under which it holds.
    pub or_severity: Option<(Severity, &'static str)>,
    /// Which fixes it may offer.
    pub fixes: Fixes,
    /// Rules whose findings on the same resource it makes superfluous.
    pub implies: &'static [&'static str],
    /// Which of its findings readers see as one.
    pub group: Group,
    /// What the configuration may change of it.
    pub options: &'static [RuleOption],
    /// Whether it runs unless it is selected.
    pub default: bool,
    /// First version that had it.
    pub since: &'static str,
    /// Its page.
    pub page: &'static str,
    /// The check.
    pub check: Check,
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// What a check looks at: the ladder of power, lowest rung first.
pub enum Check {
    /// Each resource of a kind.
    Each(&'static str, fn(&Context<'_>, Subject<'_>, &Findings)),
    /// Each resource of one of several kinds.
    Any(&'static [&'static str], fn(&Context<'_>, Subject<'_>, &Findings)),
    /// Each pair of a resource of the first kind and one of the second kind that it references.
    Edge(&'static str, &'static str, fn(&Context<'_>, Subject<'_>, Subject<'_>, &Findings)),
    /// Each code fact of a kind.
    Code(FactKind, fn(&Context<'_>, &Fact, &Findings)),
    /// The whole graph.
    Whole(fn(&Context<'_>, &Findings)),
    /// Several of these: the same fault, looked for in each of the forms that it takes.
    Several(&'static [Check]),
}

impl Check {
    /// The checks that it is made of: itself, where it is one.
    pub fn each(&'static self) -> Vec<&'static Check> {
        match self {
            Self::Several(checks) => checks.iter().flat_map(Self::each).collect(),
            one => vec![one],
        }
    }
}

/// What a check may ask beside its subject.
pub struct Context<'a> {
    /// The graph.
    pub graph: &'a Graph,
    /// The world that the check runs in.
    pub world: &'a World,
    /// The name of the rule.
    pub rule: &'static str,
    /// What the configuration sets of rules.
    pub options: &'a Options,
}

impl<'a> Context<'a> {
    /// The value of an option of the rule.
    pub fn number(&self, option: &Number) -> u32 {
        self.options.number(self.rule, option)
    }

    /// The values of an option of the rule.
    pub fn texts(&self, option: &Texts) -> Vec<&'a str> {
        self.options.texts(self.rule, option)
    }

    /// All resources of a kind that may exist in this world.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = Subject<'a>> {
        self.existing(self.graph.of_kind(kind))
    }

    /// All resources of a unit that may exist in this world and whose kind is one of those wanted.
    pub fn of_unit(&self, unit: &str, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = Subject<'a>> {
        let kinds = self.graph.kinds_of(unit).filter(move |(kind, _)| wanted(kind));
        kinds.flat_map(|(_, ids)| self.existing(ids))
    }

    fn existing(&self, ids: &'a [ResourceId]) -> impl Iterator<Item = Subject<'a>> + use<'a> {
        let (graph, world) = (self.graph, self.world);
        let within = ids.iter().take_while(move |_| world.step(1));
        within.map(move |&id| Subject::new(graph, id, world)).filter(|subject| subject.may_exist())
    }
}

/// Where checks put what they find.
#[derive(Default)]
pub struct Findings(RefCell<Vec<Finding>>);

impl Findings {
    /// Adds a finding.
    pub fn add(&self, finding: Finding) {
        self.0.borrow_mut().push(finding);
    }

    /// Takes what was added.
    pub fn take(&self) -> Vec<Finding> {
        self.0.take()
    }
}

impl Rule {
    /// The one-sentence summary: first paragraph under *What it does* of its page.
    pub fn summary(&self) -> String {
        let mut lines = self.page.lines().skip_while(|line| line.trim() != "## What it does").skip(1);
        let paragraph =
            lines.by_ref().skip_while(|line| line.trim().is_empty()).take_while(|line| !line.trim().is_empty());
        paragraph.map(str::trim).collect::<Vec<_>>().join(" ")
    }

    /// Where its page is published.
    pub fn url(&self) -> String {
        format!("https://github.com/mllint/mllint/blob/main/rules/{}.md", self.name)
    }
}
