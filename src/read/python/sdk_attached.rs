//! `Estimator.attach("job")`: objects of the SDK for jobs that were started before. What these are is not known, only
//! that they have run.
//!
//! Source: sagemaker 2.257.7, `estimator.EstimatorBase.attach`, `tuner.HyperparameterTuner.attach` and
//! `automl.automl.AutoML.attach`; read 2026-11-26.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{
    Machine,
    calls::Arguments,
    sdk::{Object, Uses, named_arguments},
    sdk_classes::{self, Role},
    sdk_endpoints::reference,
};
use crate::graph::value::{Object as Entries, Reason, Unknown, Value};

impl<'a> Machine<'a> {
    /// A call of `attach` of a class of the SDK; nothing for other classes.
    pub(super) fn attached(&mut self, symbol: &Arc<str>, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let path = symbol.strip_suffix(".attach")?;
        let class = sdk_classes::class(path)?;
        let names: &[&str] = match class.role {
            Role::Estimator => &["training_job_name", "sagemaker_session", "model_channel_name"],
            Role::Tuner => &["tuning_job_name", "sagemaker_session"],
            Role::AutoMl => &["auto_ml_job_name", "sagemaker_session"],
            _ => return None,
        };
        let place = self.place(call.range());
        let name = path.rsplit('.').next().unwrap_or(path);
        let id = self.fresh_id(&self.target.clone().unwrap_or_else(|| name.into()));
        let given = named_arguments(arguments, names);
        let why = Unknown { reason: Reason::External, name: "the job that it is attached to".into(), place };
        let mut known = Entries { open: Some(why), ..Entries::default() };
        known.entries.extend(given.entry("sagemaker_session").cloned());
        let uses = Uses { fitted: true, given: true, ..Uses::default() };
        let object = Object { class, arguments: known, resource: None, made: false, uses, constructed: None };
        self.objects.insert(id.clone(), object);
        Some(reference(&id, place))
    }
}
