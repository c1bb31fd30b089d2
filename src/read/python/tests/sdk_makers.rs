//! What objects of the SDK make by their methods: monitors, feature groups, pipelines, Autopilot.

use super::{property, property_of, read};
use crate::graph::Part;

fn kinds(part: &Part) -> Vec<(String, String)> {
    let of = |kind: &str| kind.rsplit("::").next().unwrap_or_default().to_owned();
    part.resources.iter().map(|resource| (resource.key.id.to_string(), of(&resource.kind))).collect()
}

fn names(part: &Part) -> Vec<String> {
    kinds(part).into_iter().map(|(id, kind)| format!("{id}: {kind}")).collect()
}

const MONITOR: &str = "from sagemaker.model_monitor import *\n\
    from sagemaker.model_monitor import DefaultModelMonitor, ModelMonitor, ModelBiasMonitor, CronExpressionGenerator, EndpointInput, MonitoringOutput\n\
    from sagemaker.network import NetworkConfig\n";

#[test]
fn a_monitor_makes_nothing_until_it_is_asked_to() {
    assert!(read(&format!("{MONITOR}m = DefaultModelMonitor(role='r')")).resources.is_empty());
    let part = read(&format!(
        "{MONITOR}m = DefaultModelMonitor(role='r', instance_type='ml.m4.xlarge', volume_kms_key='k', output_kms_key='o', max_runtime_in_seconds=900, \
         network_config=NetworkConfig(subnets=['s']), tags=[{{'Key': 'a', 'Value': 'b'}}])\n\
         m.suggest_baseline(baseline_dataset='s3://b/x', output_s3_uri='s3://b/o')\n\
         m.create_monitoring_schedule(endpoint_input=EndpointInput('e', '/in'), output_s3_uri='s3://b/r', monitor_schedule_name='hourly', \
         schedule_cron_expression=CronExpressionGenerator.hourly())"
    ));
    assert_eq!(
        names(&part),
        [
            "m/baseline: ProcessingJob",
            "create_monitoring_schedule/definition: DataQualityJobDefinition",
            "create_monitoring_schedule: MonitoringSchedule"
        ]
    );
    let baseline = |path: &str| property(&part, "ProcessingJob", path);
    assert_eq!(baseline("ProcessingResources.ClusterConfig.InstanceType"), "ml.m4.xlarge");
    assert_eq!(baseline("ProcessingResources.ClusterConfig.InstanceCount"), "1", "the default");
    assert_eq!(baseline("ProcessingOutputConfig.KmsKeyId"), "o");
    assert_eq!(baseline("ProcessingOutputConfig.Outputs"), "[{S3Output={S3Uri=s3://b/o}}]");
    assert_eq!(baseline("NetworkConfig.VpcConfig.Subnets"), "[s]");
    let definition = |path: &str| property(&part, "DataQualityJobDefinition", path);
    assert_eq!(
        definition("JobResources.ClusterConfig"),
        "{InstanceCount=1 InstanceType=ml.m4.xlarge VolumeSizeInGB=30 VolumeKmsKeyId=k}"
    );
    assert_eq!(definition("DataQualityJobOutputConfig.KmsKeyId"), "o");
    assert_eq!(definition("DataQualityJobInput"), "{EndpointInput={EndpointName=e LocalPath=/in}}");
    assert_eq!(definition("StoppingCondition.MaxRuntimeInSeconds"), "900");
    assert_eq!(definition("Tags"), "[{Key=a Value=b}]");
    let schedule = |path: &str| property(&part, "MonitoringSchedule", path);
    assert_eq!(schedule("MonitoringScheduleName"), "hourly");
    assert_eq!(
        schedule("MonitoringScheduleConfig"),
        "{MonitoringJobDefinitionName=@create_monitoring_schedule/definition MonitoringType=DataQuality \
         ScheduleConfig={ScheduleExpression=cron(0 * ? * * *)}}"
    );
    assert_eq!(schedule("Tags"), "[{Key=a Value=b}]");
}

#[test]
fn a_monitor_with_an_image_of_its_own_writes_the_job_into_the_schedule() {
    let part = read(&format!(
        "{MONITOR}m = ModelMonitor(role='r', image_uri='i', instance_count=2, instance_type='ml.m5.large')\n\
         s = m.create_monitoring_schedule(endpoint_input='e', output=MonitoringOutput(source='/o', destination='s3://b'), \
         schedule_cron_expression=CronExpressionGenerator.daily_every_x_hours(hour_interval=6))"
    ));
    assert_eq!(names(&part), ["s: MonitoringSchedule"]);
    let config = |path: &str| property(&part, "MonitoringSchedule", &format!("MonitoringScheduleConfig.{path}"));
    assert_eq!(config("ScheduleConfig.ScheduleExpression"), "cron(0 0/6 ? * * *)");
    assert_eq!(config("MonitoringJobDefinition.MonitoringAppSpecification.ImageUri"), "i");
    assert_eq!(config("MonitoringJobDefinition.MonitoringInputs"), "[{EndpointInput={EndpointName=e}}]");
    assert_eq!(
        config("MonitoringJobDefinition.MonitoringOutputConfig"),
        "{MonitoringOutputs=[{S3Output={S3Uri=s3://b}}]}"
    );
}

#[test]
fn a_schedule_that_is_updated_has_what_is_new_and_keeps_the_rest() {
    let part = read(&format!(
        "{MONITOR}m = DefaultModelMonitor(role='r', volume_kms_key='k', network_config=NetworkConfig(subnets=['s'], security_group_ids=['g']))\n\
         m.create_monitoring_schedule(endpoint_input='e', output_s3_uri='s3://b', schedule_cron_expression=CronExpressionGenerator.daily())\n\
         m.update_monitoring_schedule(instance_type='ml.m5.4xlarge', instance_count=None, network_config=NetworkConfig(subnets=['t']), \
         schedule_cron_expression=CronExpressionGenerator.hourly())"
    ));
    let definition = |path: &str| property(&part, "DataQualityJobDefinition", path);
    assert_eq!(
        definition("JobResources.ClusterConfig"),
        "{InstanceCount=1 InstanceType=ml.m5.4xlarge VolumeSizeInGB=30 VolumeKmsKeyId=k}"
    );
    assert_eq!(definition("NetworkConfig"), "{VpcConfig={Subnets=[t]}}", "a network is given as a whole");
    let config = property(&part, "MonitoringSchedule", "MonitoringScheduleConfig.ScheduleConfig");
    assert_eq!(config, "{ScheduleExpression=cron(0 * ? * * *)}");
    let part = read(&format!(
        "{MONITOR}m = ModelMonitor(role='r', image_uri='i', instance_type='ml.m5.large')\nm.create_monitoring_schedule(endpoint_input='e')\n\
         if more():\n    m.update_monitoring_schedule(instance_type='ml.m5.4xlarge')"
    ));
    assert_eq!(
        property(
            &part,
            "MonitoringSchedule",
            "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig.InstanceType"
        ),
        "(ml.m5.4xlarge if more() else ml.m5.large)"
    );
}

#[test]
fn an_update_of_a_schedule_that_is_not_known_leaves_nothing_known() {
    let part = read(&format!(
        "{MONITOR}m = DefaultModelMonitor(role='r')\nm.create_monitoring_schedule(schedule_cron_expression=CronExpressionGenerator.daily())\n\
         m.update_monitoring_schedule(instance_count=2, **given)"
    ));
    let cluster = property(&part, "DataQualityJobDefinition", "JobResources.ClusterConfig");
    assert_eq!(cluster, "{InstanceCount=2 InstanceType=? VolumeSizeInGB=? …}");
    let config = property(&part, "MonitoringSchedule", "MonitoringScheduleConfig.ScheduleConfig");
    assert_eq!(config, "?");
}

#[test]
fn triggers_of_a_pipeline_are_schedules() {
    let part = read(
        "from sagemaker.workflow.pipeline import Pipeline\nfrom sagemaker.workflow.triggers import PipelineSchedule\n\
         p = Pipeline(name='nightly', steps=[])\n\
         p.put_triggers([PipelineSchedule(name='a', cron='0 3 * * ? *'), PipelineSchedule(rate=(1, 'hour'), enabled=False)], role_arn='r')",
    );
    assert_eq!(names(&part), ["p: Pipeline", "p/trigger: Schedule", "p/trigger#2: Schedule"]);
    let shown: Vec<String> = ["ScheduleExpression", "State", "Target"]
        .iter()
        .flat_map(|path| part.resources[1..].iter().map(|trigger| property_of(trigger, path)))
        .collect();
    let target = "{Arn=@p RoleArn=r}";
    assert_eq!(shown, ["cron(0 3 * * ? *)", "rate(1 hour)", "ENABLED", "DISABLED", target, target]);
}

#[test]
fn expressions_of_schedules() {
    let expression = |call: &str| {
        let script =
            format!("{MONITOR}ModelBiasMonitor(role='r').create_monitoring_schedule(schedule_cron_expression={call})");
        property(&read(&script), "MonitoringSchedule", "MonitoringScheduleConfig.ScheduleConfig.ScheduleExpression")
    };
    assert_eq!(expression("CronExpressionGenerator.daily()"), "cron(0 0 ? * * *)");
    assert_eq!(expression("CronExpressionGenerator.daily(hour=5)"), "cron(0 5 ? * * *)");
    assert_eq!(expression("CronExpressionGenerator.daily_every_x_hours(4, 2)"), "cron(0 2/4 ? * * *)");
    assert_eq!(expression("CronExpressionGenerator.now()"), "NOW");
    assert_eq!(expression("CronExpressionGenerator.daily(hour())"), "cron(0 {?} ? * * *)");
    assert_eq!(expression("given"), "?");
}

#[test]
fn a_feature_group_has_the_stores_that_it_is_given() {
    let group = |arguments: &str, path: &str| {
        let script = format!(
            "from sagemaker.feature_store.feature_group import FeatureGroup\nfrom sagemaker.feature_store.inputs import *\n\
             from sagemaker.feature_store.inputs import OnlineStoreStorageTypeEnum\n\
             g = FeatureGroup(name='customers', sagemaker_session=s)\ng.create({arguments})"
        );
        property(&read(&script), "FeatureGroup", path)
    };
    let all = "s3_uri='s3://b', record_identifier_name='id', event_time_feature_name='t', role_arn='r', enable_online_store=True, \
               online_store_kms_key_id='k', online_store_storage_type=OnlineStoreStorageTypeEnum.IN_MEMORY";
    assert_eq!(group(all, "FeatureGroupName"), "customers");
    assert_eq!(group(all, "OfflineStoreConfig"), "{S3StorageConfig={S3Uri=s3://b}}");
    assert_eq!(
        group(all, "OnlineStoreConfig"),
        "{EnableOnlineStore=true SecurityConfig={KmsKeyId=k} StorageType=InMemory}"
    );
    assert_eq!(group("False, 'id', 't', 'r', enable_online_store=False", "OfflineStoreConfig"), "absent");
    assert_eq!(group("False, 'id', 't', 'r', enable_online_store=False", "OnlineStoreConfig"), "absent");
    assert_eq!(group("'s3://b', **more", "OnlineStoreConfig"), "open");
    assert_eq!(group("f's3://{b()}/x'", "OfflineStoreConfig"), "{S3StorageConfig={S3Uri=s3://{?}/x}}");
    assert_eq!(group("where()", "OfflineStoreConfig"), "?", "it may be `False`");
}

#[test]
fn a_pipeline_is_linked_to_what_its_steps_start() {
    let part = read(
        "from sagemaker.workflow.pipeline import Pipeline\nfrom sagemaker.workflow.steps import TrainingStep, ProcessingStep\n\
         from sagemaker.workflow.condition_step import ConditionStep\nfrom sagemaker.workflow.model_step import ModelStep\n\
         from sagemaker.model import Model\nfrom sagemaker.estimator import Estimator\nfrom sagemaker.processing import ScriptProcessor\n\
         p = ScriptProcessor(role='r', image_uri='i', command=['python3'], instance_count=1, instance_type='ml.m5.large')\n\
         e = Estimator('i', 'r', 1, 'ml.m5.large')\nm = Model(image_uri='i', role='r')\n\
         s = [ProcessingStep(name='prepare', step_args=p.run(code='a.py')), TrainingStep('train', estimator=e),\n\
              ConditionStep(name='good', if_steps=[ModelStep(name='model', step_args=m.create())], else_steps=[])]\n\
         pipeline = Pipeline(name='churn', steps=s)\npipeline.upsert(role_arn='r', tags=[{'Key': 'a', 'Value': 'b'}])",
    );
    assert_eq!(property(&part, "Pipeline", "PipelineName"), "churn");
    assert_eq!(property(&part, "Pipeline", "RoleArn"), "r");
    assert_eq!(property(&part, "Pipeline", "Tags"), "[{Key=a Value=b}]");
    assert_eq!(
        property(&part, "Pipeline", "PipelineDefinition.PipelineDefinitionBody.Steps"),
        "[{Name=prepare Type=Processing Arguments=@p} {Name=train Type=Training Arguments=@e} \
         {Name=good Type=Condition Arguments={IfSteps=[{Name=model Type=Model Arguments=@m}] ElseSteps=[]}}]"
    );
    let open = read("from sagemaker.workflow.pipeline import Pipeline\nPipeline(name='churn', steps=make())");
    assert_eq!(property(&open, "Pipeline", "Tags"), "open", "nobody has created it yet");
    assert_eq!(property(&open, "Pipeline", "PipelineDefinition"), "open");
}

#[test]
fn steps_that_make_something_themselves() {
    let part = read(
        "from sagemaker.workflow.check_job_config import CheckJobConfig\nfrom sagemaker.workflow.quality_check_step import QualityCheckStep\n\
         from sagemaker.workflow.clarify_check_step import ClarifyCheckStep\nfrom sagemaker.workflow.emr_step import EMRStep\n\
         from sagemaker.workflow.notebook_job_step import NotebookJobStep\nfrom sagemaker.workflow.pipeline import Pipeline\n\
         c = CheckJobConfig(role='r', instance_type='ml.c5.xlarge')\n\
         q = QualityCheckStep(name='quality', check_job_config=c)\nb = ClarifyCheckStep(name='bias', check_job_config=c)\n\
         n = NotebookJobStep(input_notebook='a.ipynb', image_uri='i', kernel_name='k', role='r')\n\
         e = EMRStep(name='spark', cluster_config={'Instances': {'MasterInstanceType': 'm5.xlarge'}})\n\
         EMRStep(name='other', cluster_id='j-1')\nPipeline(name='p', steps=[q, b, n, e])",
    );
    assert_eq!(
        names(&part),
        ["q/check: ProcessingJob", "b/check: ProcessingJob", "n: TrainingJob", "e: Cluster", "Pipeline: Pipeline"]
    );
    assert_eq!(property(&part, "Cluster", "Instances.KeepJobFlowAliveWhenNoSteps"), "false", "the pipeline ends it");
    assert_eq!(property(&part, "ProcessingJob", "ProcessingResources.ClusterConfig.InstanceType"), "ml.c5.xlarge");
    assert_eq!(
        property(&part, "TrainingJob", "ResourceConfig"),
        "{InstanceType=ml.m5.large VolumeSizeInGB=30 InstanceCount=1}"
    );
    assert_eq!(property(&part, "TrainingJob", "StoppingCondition.MaxRuntimeInSeconds"), "172800");
    assert_eq!(
        property(&part, "Pipeline", "PipelineDefinition.PipelineDefinitionBody.Steps"),
        "[{Name=quality Type=QualityCheck Arguments=@q/check} {Name=bias Type=ClarifyCheck Arguments=@b/check} \
         {Name=n Type=Training Arguments=@n} {Name=spark Type=EMR Arguments=@e}]"
    );
}

#[test]
fn autopilot_starts_when_it_fits() {
    let part = read(
        "from sagemaker.automl.automl import AutoML\nfrom sagemaker.automl.automlv2 import AutoMLV2, AutoMLTabularConfig\n\
         a = AutoML('r', 'y', output_kms_key='k', vpc_config={'Subnets': ['s']}, max_candidates=3)\na.fit('s3://b', job_name='j')\n\
         b = AutoMLV2(AutoMLTabularConfig(target_attribute_name='y'), role='r', volume_kms_key='v')\nb.fit(inputs=c)\n\
         p = a.deploy(1, 'ml.m5.large', vpc_config={'Subnets': ['t']})",
    );
    assert_eq!(
        names(&part),
        ["fit: AutoMLJob", "fit#2: AutoMLJob", "p/model: Model", "p/config: EndpointConfig", "p: Endpoint"]
    );
    assert_eq!(
        property_of(&part.resources[0], "AutoMLJobConfig"),
        "{SecurityConfig={VpcConfig={Subnets=[s]}} CompletionCriteria={MaxCandidates=3}}"
    );
    assert_eq!(property_of(&part.resources[0], "OutputDataConfig.KmsKeyId"), "k");
    assert_eq!(property_of(&part.resources[1], "SecurityConfig.VolumeKmsKeyId"), "v");
    assert_eq!(property_of(&part.resources[2], "VpcConfig"), "{Subnets=[t]}");
    assert_eq!(property_of(&part.resources[2], "ExecutionRoleArn"), "r");
}

#[test]
fn models_are_registered_compiled_and_sized() {
    let part = read(
        "from sagemaker.model import Model\nm = Model(image_uri='i', role='r')\n\
         m.register(content_types=['text/csv'], inference_instances=['ml.m5.large'], model_package_group_name='g')\n\
         c = m.compile('ml_c5', {}, 's3://b')\nc.deploy(1, 'ml.c5.large')\nm.right_size(supported_instance_types=['ml.c5.large'])",
    );
    let kinds: Vec<String> = kinds(&part).into_iter().map(|(_, kind)| kind).collect();
    let expected =
        ["Model", "ModelPackage", "CompilationJob", "EndpointConfig", "Endpoint", "InferenceRecommendationsJob"];
    assert_eq!(kinds, expected);
    assert_eq!(property(&part, "CompilationJob", "RoleArn"), "r");
    assert_eq!(property(&part, "ModelPackage", "ModelPackageGroupName"), "g");
}

#[test]
fn sessions_and_predictors_make_endpoints() {
    let part = read(
        "import sagemaker\nfrom sagemaker.session import production_variant\nfrom sagemaker.predictor import Predictor\n\
         s = sagemaker.Session()\n\
         s.endpoint_from_production_variants(name='ab', production_variants=[production_variant('m', 'ml.m5.large', 2, 'A', 0.5)], kms_key='k')\n\
         s.create_endpoint_config('c', 'm', 1, 'ml.c5.large')\ns.create_endpoint('e', 'c')\n\
         Predictor('e').update_endpoint(initial_instance_count=2, instance_type='ml.c5.xlarge')\n\
         Predictor('e').update_endpoint(wait=True)",
    );
    assert_eq!(
        names(&part),
        [
            "endpoint_from_production_variants/config: EndpointConfig",
            "endpoint_from_production_variants: Endpoint",
            "create_endpoint_config: EndpointConfig",
            "create_endpoint: Endpoint",
            "update_endpoint: EndpointConfig"
        ]
    );
    let config = |at: usize, path: &str| property_of(&part.resources[at], path);
    assert_eq!(
        config(0, "ProductionVariants"),
        "[{InitialInstanceCount=2 InstanceType=ml.m5.large ModelName=m VariantName=A InitialVariantWeight=0.5}]"
    );
    assert_eq!(config(0, "KmsKeyId"), "k");
    assert_eq!(
        config(2, "ProductionVariants"),
        "[{InitialInstanceCount=1 InstanceType=ml.c5.large ModelName=m VariantName=AllTraffic}]"
    );
    assert_eq!(config(4, "KmsKeyId"), "open", "that of the configuration before");
}

#[test]
fn functions_and_fine_tuning() {
    let part = read(
        "from sagemaker.lambda_helper import Lambda\nfrom sagemaker.train.sft_trainer import SFTTrainer\n\
         from sagemaker.train.configs import HyperPodCompute\n\
         f = Lambda(function_name='f', execution_role_arn='r', script='h.py', handler='h.run', timeout=900)\nLambda(function_arn='a')\n\
         t = SFTTrainer(model='m', training_type='LORA', s3_output_path='s3://b')\nt.train()\nSFTTrainer(model='m', compute=HyperPodCompute(cluster_name='c'))",
    );
    assert_eq!(names(&part), ["f: Function", "t: TrainingJob"]);
    assert_eq!(property(&part, "Function", "Timeout"), "900");
    assert_eq!(property(&part, "Function", "MemorySize"), "128", "the helper's default");
    assert_eq!(property(&part, "TrainingJob", "ServerlessJobConfig"), "{}");
}
