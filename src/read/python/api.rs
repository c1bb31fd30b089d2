//! boto3: clients, and the operations called on them that make something.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{Machine, calls::Arguments, deletions::is_deletion, updates::is_update};
use crate::{
    graph::{
        Input, Resource,
        value::{Data, Object, Reason, Reference, Value},
    },
    read::api::{self, LowerRequest},
};

/// Symbols of clients begin so: `boto3.client:sagemaker`, or `boto3.client:sagemaker@eu-west-1` where the region is known.
const CLIENT: &str = "boto3.client:";

/// Operations that name themselves, the service of each, and of its arguments one of each group. Other services have
/// models, apps, tables and pipelines too: these arguments only these operations have.
const REQUESTS: &[(&str, &str, &[&[&str]])] = &[
    ("create_training_job", "sagemaker", &[]),
    ("create_hyper_parameter_tuning_job", "sagemaker", &[]),
    ("create_transform_job", "sagemaker", &[]),
    ("create_processing_job", "sagemaker", &[]),
    ("create_model", "sagemaker", &[&["ExecutionRoleArn"], &["PrimaryContainer", "Containers"]]),
    ("create_endpoint_config", "sagemaker", &[&["ProductionVariants"]]),
    ("create_endpoint", "sagemaker", &[&["EndpointConfigName"]]),
    ("create_notebook_instance", "sagemaker", &[&["NotebookInstanceName"]]),
    ("register_scalable_target", "application-autoscaling", &[&["ResourceId"], &["ScalableDimension"]]),
    ("put_scaling_policy", "application-autoscaling", &[&["ResourceId"], &["ScalableDimension"]]),
    ("put_scheduled_action", "application-autoscaling", &[&["ResourceId"], &["ScalableDimension"]]),
    ("create_delivery_stream", "firehose", &[&["DeliveryStreamName"]]),
    ("create_table", "glue", &[&["DatabaseName"], &["TableInput"]]),
    ("run_job_flow", "emr", &[&["Instances"]]),
];

/// Whether a method of an object that is not known may be such an operation.
pub(super) fn may_be_request(method: &str) -> bool {
    is_deletion(method) || is_update(method) || REQUESTS.iter().any(|(name, ..)| *name == method)
}

impl<'a> Machine<'a> {
    /// A call of boto3, or of one of its sessions and clients; nothing for others.
    pub(super) fn boto_call(&mut self, symbol: &Arc<str>, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let (range, place) = (call.range(), self.place(call.range()));
        let symbol_value = |symbol: String| Value::new(Data::Symbol(symbol.into()), place);
        if let Some(rest) = symbol.strip_prefix(CLIENT) {
            let (service, operation) = rest.split_once('.')?;
            let (service, region) = service.split_once('@').map_or((service, None), |(name, at)| (name, Some(at)));
            let since = self.part.resources.len();
            let answer = self.client_call(service, operation, call, arguments);
            self.put_in_region(since, region.map(Arc::from).as_ref());
            return Some(answer);
        }
        let is_boto =
            symbol.starts_with("boto3.") || symbol.starts_with("botocore.") || symbol.starts_with("aiobotocore.");
        if !is_boto {
            return None;
        }
        let last = symbol.rsplit('.').next().unwrap_or_default();
        Some(match last {
            "Session" | "session" | "get_session" => symbol_value(self.session_symbol(arguments)),
            "client" | "create_client" => match arguments.get("service_name", 0) {
                Some(Value { data: Data::Text(service), .. }) => {
                    let region = self.region_of_client(symbol, arguments).map(|region| format!("@{region}"));
                    symbol_value(format!("{CLIENT}{service}{}", region.unwrap_or_default()))
                }
                _ => self.unknown(Reason::RunTime, range),
            },
            _ => self.unknown(Reason::RunTime, range),
        })
    }

    pub(super) fn client_call(
        &mut self,
        service: &str,
        operation: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Value {
        self.fact(&format!("boto3.{service}.{operation}"), call, arguments);
        if api::kind_of(service, operation).is_some() {
            return self.api_request(service, operation, call, arguments);
        }
        if service == "sagemaker" {
            self.api_update(operation, call, arguments);
        }
        self.downloaded(operation, arguments, self.place(call.range()));
        self.unknown(Reason::RunTime, call.range())
    }

    /// A client that came from elsewhere (an argument, an attribute): operations with arguments of
    /// their own name themselves.
    pub(super) fn api_call_of_unknown(
        &mut self,
        operation: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Option<Value> {
        if is_deletion(operation) {
            self.fact(&format!("boto3.sagemaker.{operation}"), call, arguments);
        }
        self.api_update(operation, call, arguments);
        let &(_, service, needed) = REQUESTS.iter().find(|(name, ..)| *name == operation)?;
        let named = |name: &&str| arguments.named.entry(name).is_some();
        let is_given = !arguments.named.entries.is_empty() || arguments.named.open.is_some();
        if !is_given || !needed.iter().all(|one_of| one_of.iter().any(named)) {
            return None;
        }
        self.fact(&format!("boto3.{service}.{operation}"), call, arguments);
        Some(self.api_request(service, operation, call, arguments))
    }

    fn api_request(&mut self, service: &str, operation: &str, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let range = call.range();
        if self.quiet > 0 {
            return self.unknown(Reason::RunTime, range);
        }
        let id = self.fresh_id(operation);
        let mut properties = Object { class: None, ..arguments.named.clone() };
        self.undumped(&mut properties, range);
        let resources = api::lower(
            service,
            operation,
            LowerRequest {
                unit: self.unit.clone(),
                id: id.clone(),
                callers: Vec::new(),
                caller_places: self.call_sites(),
                input: Input::Api,
                properties: self.rested(Value::object(properties, self.place(range))),
                place: self.place(call.func.range()),
                body: self.place(range),
                guard: self.here(),
            },
        );
        if resources.is_empty() {
            return self.unknown(Reason::RunTime, range);
        }
        self.spend(32 * resources.len());
        let since = self.part.resources.len();
        let repeats = !self.loops.is_empty();
        self.part.resources.extend(resources.into_iter().map(|resource| Resource { repeats, ..resource }));
        self.updated_before(since);
        let reference = Reference { id: id.clone(), attribute: None };
        self.objects.insert(id, super::sdk::Object::response());
        Value::new(Data::Reference(Arc::new(reference)), self.place(range))
    }
}
