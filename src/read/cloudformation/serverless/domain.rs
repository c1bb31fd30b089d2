//! The names under which APIs are reached: the name itself, what of it leads to which API, and the records that lead there.

use std::sync::Arc;

use serde_json::json;

use super::{api::endpoints, beside, digests::digest, entry, names, object, property, reference};
use crate::{
    graph::{
        Resource,
        value::{Data, Entry, Object, Value},
    },
    read::cloudformation::template::Template,
    source::Place,
};

/// The hosted zone of all that CloudFront serves, as Route 53 names it.
const CLOUDFRONT: &str = "Z2FDTNDATAQYW2";

/// How the logical ID of a name begins: a digest of the name follows, so that APIs may share it.
pub(super) fn id(name: &serde_json::Value, is_rest: bool, endpoint: Option<&str>) -> String {
    let begin = if is_rest && endpoint != Some("PRIVATE") { "ApiGatewayDomainName" } else { "ApiGatewayDomainNameV2" };
    format!("{begin}{}", digest(name))
}

/// What is made for the name of an API. All but REST APIs have a tag that says who made it.
pub(super) fn made(template: &mut Template<'_>, api: &Resource, stage: &Arc<str>, tag: Option<&str>) -> Vec<Resource> {
    let Some(domain) = property(api, "Domain") else { return Vec::new() };
    let Data::Object(written) = &domain.value.data else { return Vec::new() };
    let known = template.names_made.get(&api.key.id, "DomainName").cloned();
    let id = known.unwrap_or_else(|| format!("{}DomainName", api.key.id).into());
    let endpoint = written.entry("EndpointConfiguration").map(|entry| entry.value.clone());
    let endpoint = endpoint.unwrap_or_else(|| Value::text("REGIONAL", domain.place));
    let kind = endpoint.plain_text();
    let is_rest = tag.is_none();
    let mut domain = Domain {
        template,
        api,
        stage,
        id,
        written,
        place: domain.place,
        is_rest,
        is_private: is_rest && kind.as_deref() == Some("PRIVATE"),
        is_edge: is_rest && kind.as_deref() == Some("EDGE"),
    };
    domain.name(endpoint, tag);
    let made = domain.mappings();
    domain.association();
    domain.records();
    made
}

struct Domain<'d, 't> {
    template: &'d mut Template<'t>,
    api: &'d Resource,
    stage: &'d Arc<str>,
    id: Arc<str>,
    written: &'d Object,
    place: Place,
    is_rest: bool,
    is_private: bool,
    is_edge: bool,
}

impl Domain<'_, '_> {
    fn part(&self, name: &str) -> Option<Entry> {
        self.written.entry(name).filter(|entry| !matches!(entry.value.data, Data::Absent)).cloned()
    }

    /// What SAM takes the digest of, for a value at a path.
    fn digested(&self, value: &Value, path: &[&str]) -> Option<serde_json::Value> {
        let known = value.plain_text().map(|text| serde_json::Value::from(&*text));
        known.or_else(|| names::digested(self.template, &self.api.key.id, path))
    }

    fn reference(&self, id: &str, attribute: Option<&str>) -> Value {
        reference(self.template, id, attribute, self.place)
    }

    /// The name itself, made once for all APIs that are reached under it.
    fn name(&mut self, endpoint: Value, tag: Option<&str>) {
        let place = self.place;
        let mut named = Object::default();
        named.entries.extend(self.part("DomainName"));
        let parts = |names: &[&str]| names.iter().filter_map(|name| self.part(name)).collect::<Vec<_>>();
        let kind = if self.is_rest {
            let is_regional = !self.is_private && endpoint.plain_text().as_deref() == Some("REGIONAL");
            let name = if is_regional { "RegionalCertificateArn" } else { "CertificateArn" };
            named.entries.extend(self.part("CertificateArn").map(|entry| Entry { name: name.into(), ..entry }));
            named.set(entry("EndpointConfiguration", place, endpoints(&endpoint)));
            if let Some(address) = self.part("IpAddressType") {
                named.set_path("EndpointConfiguration.IpAddressType", place, address.value);
            }
            let more = ["EndpointAccessMode", "MutualTlsAuthentication", "OwnershipVerificationCertificateArn"];
            named.entries.extend(parts(&more));
            named.entries.extend(parts(&["Policy", "SecurityPolicy"]));
            if self.is_private { "AWS::ApiGateway::DomainNameV2" } else { "AWS::ApiGateway::DomainName" }
        } else {
            let mut configuration = Object::default();
            configuration.entries.extend(parts(&["CertificateArn"]));
            configuration.set(entry("EndpointType", place, endpoint));
            configuration.entries.extend(parts(&["OwnershipVerificationCertificateArn", "SecurityPolicy"]));
            let configurations = Value::list(vec![Value::object(configuration, place)], place);
            named.set(entry("DomainNameConfigurations", place, configurations));
            named.entries.extend(parts(&["MutualTlsAuthentication"]));
            "AWS::ApiGatewayV2::DomainName"
        };
        if let Some(tag) = tag {
            named.set(entry("Tags", place, Value::object(object(place, [(tag, "SAM")]), place)));
        }
        let made = beside(self.template, self.api, self.id.clone(), kind, named, place);
        self.template.once(made);
    }

    /// What of the name leads to the API.
    fn mappings(&mut self) -> Vec<Resource> {
        let (place, id) = (self.place, &self.api.key.id);
        let paths: Vec<Option<Value>> = match self.part("BasePath").map(|entry| entry.value) {
            Some(Value { data: Data::List(list), .. }) => list.items.iter().cloned().map(Some).collect(),
            path => vec![path],
        };
        let is_kept = self.part("NormalizeBasePath").is_some_and(|entry| matches!(entry.value.data, Data::Bool(false)));
        let (end, kind, name) = match (self.is_rest, self.is_private) {
            (true, true) => ("BasePathMapping", "AWS::ApiGateway::BasePathMappingV2", "DomainNameArn"),
            (true, false) => ("BasePathMapping", "AWS::ApiGateway::BasePathMapping", "DomainName"),
            (false, _) => ("ApiMapping", "AWS::ApiGatewayV2::ApiMapping", "DomainName"),
        };
        let one = |path: Option<Value>| {
            let letters: String = path.iter().filter_map(Value::plain_text).flat_map(|path| letters(&path)).collect();
            let mut mapping = Object::default();
            mapping.set(entry(name, place, self.reference(&self.id, None)));
            let of = if self.is_rest { "RestApiId" } else { "ApiId" };
            mapping.set(entry(of, place, self.reference(id, None)));
            mapping.set(entry("Stage", place, self.reference(self.stage, None)));
            let of = if self.is_rest { "BasePath" } else { "ApiMappingKey" };
            mapping.entries.extend(path.map(|path| {
                let data = match &path.data {
                    Data::Text(text) if !self.is_rest => Data::Text(text.trim_matches('/').into()),
                    // SAM keeps letters and digits only, unless it is told not to.
                    Data::Text(_) if !is_kept => Data::Text(letters.as_str().into()),
                    data => data.clone(),
                };
                entry(of, place, Value { data, origin: path.origin })
            }));
            beside(self.template, self.api, format!("{id}{letters}{end}").into(), kind, mapping, place)
        };
        paths.into_iter().map(one).collect()
    }

    /// The endpoint of a network through which a private name is reached.
    fn association(&mut self) {
        let through = self.part("AccessAssociation").filter(|_| self.is_private);
        let Some(through) = through.and_then(|entry| entry.value.entry("VpcEndpointId").cloned()) else { return };
        let place = through.place;
        let written = self.digested(&through.value, &["Domain", "AccessAssociation", "VpcEndpointId"]);
        let mut joined = object(place, [("AccessAssociationSourceType", "VPCE")]);
        joined.set(Entry { name: "AccessAssociationSource".into(), ..through });
        joined.set(entry("DomainNameArn", place, self.reference(&self.id, None)));
        let id = match written {
            Some(endpoint) => format!("DomainNameAccessAssociation{}", digest(&json!([endpoint, &*self.id]))),
            None => format!("{}DomainNameAccessAssociation", self.api.key.id),
        };
        let kind = "AWS::ApiGateway::DomainNameAccessAssociation";
        let made = beside(self.template, self.api, id.into(), kind, joined, place);
        self.template.once(made);
    }

    /// The records that lead the name to the API, in one group for each zone, or in one of their own.
    fn records(&mut self) {
        let Some(route) = self.part("Route53") else { return };
        let place = route.place;
        let part = |name: &str| route.value.entry(name).cloned();
        // A group must say in which zone.
        let Some(zone) = part("HostedZoneId").or_else(|| part("HostedZoneName")) else { return };
        let mut record = Object::default();
        record.entries.extend(self.part("DomainName").map(|entry| Entry { name: "Name".into(), ..entry }));
        let given = |name: &str| part(name).map(|entry| entry.value);
        let (target, of) = if self.is_private {
            (given("VpcEndpointDomainName"), given("VpcEndpointHostedZoneId"))
        } else if self.is_edge {
            let target = given("DistributionDomainName");
            let target = target.unwrap_or_else(|| self.reference(&self.id, Some("DistributionDomainName")));
            (Some(target), Some(Value::text(CLOUDFRONT, place)))
        } else {
            let of = |attribute| Some(self.reference(&self.id, Some(attribute)));
            (of("RegionalDomainName"), of("RegionalHostedZoneId"))
        };
        for (path, value) in [("AliasTarget.DNSName", target), ("AliasTarget.HostedZoneId", of)] {
            if let Some(value) = value {
                record.set_path(path, place, value);
            }
        }
        if let Some(health) = part("EvaluateTargetHealth") {
            record.set_path("AliasTarget.EvaluateTargetHealth", health.place, health.value);
        }
        record.entries.extend(["Region", "SetIdentifier"].iter().filter_map(|name| part(name)));
        let is_both = part("IpV6").is_some_and(|entry| matches!(entry.value.data, Data::Bool(true)));
        let kinds = if is_both { &["A", "AAAA"][..] } else { &["A"] };
        let of_kind = |kind: &&str| {
            let mut record = record.clone();
            record.set(entry("Type", place, Value::text(*kind, place)));
            Value::object(record, place)
        };
        let mut group = Object::default();
        let is_apart = part("SeparateRecordSetGroup").is_some_and(|entry| matches!(entry.value.data, Data::Bool(true)));
        let written = self.digested(&zone.value, &["Domain", "Route53", &zone.name]);
        let name = self.part("DomainName").and_then(|name| self.digested(&name.value, &["Domain", "DomainName"]));
        let id = match (written, name) {
            (Some(zone), _) if !is_apart => format!("RecordSetGroup{}", digest(&zone)),
            (Some(zone), Some(name)) => format!("RecordSetGroup{}", digest(&json!([zone, name]))),
            _ => format!("{}RecordSetGroup", self.api.key.id),
        };
        group.set(zone);
        group.set(entry("RecordSets", place, Value::list(kinds.iter().map(of_kind).collect(), place)));
        let made = beside(self.template, self.api, id.into(), "AWS::Route53::RecordSetGroup", group, place);
        self.template.once_with(made, ["RecordSets"].into_iter());
    }
}

/// The letters and digits of a path.
fn letters(path: &str) -> Vec<char> {
    path.chars().filter(char::is_ascii_alphanumeric).collect()
}
