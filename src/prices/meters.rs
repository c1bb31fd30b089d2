//! How the products of a price list are told apart that have a meter of ours.
//!
//! Usage types and groups are those by which AWS's price lists name them; Infracost's filters and public parsers of the
//! files agree (2026-11).

use Attribute::{AlarmType, Family, Group, Operation, SourceType, TransferType};

use super::{
    product::{Attribute, Product},
    target::{Found, Scale, ends_with_part},
};
use crate::catalog::prices::{Meter, SAGEMAKER, Serverless, Table};

/// A meter, and what the attributes of its product are.
struct Rule {
    meter: Meter,
    /// The price lists that may have it, but for the meter's own.
    also: &'static str,
    /// The end of its usage type; empty for any.
    usage_type: &'static str,
    /// Other attributes, in any case.
    with: &'static [(Attribute, &'static str)],
    scale: Scale,
}

const fn rule(meter: Meter, usage_type: &'static str, with: &'static [(Attribute, &'static str)]) -> Rule {
    Rule { meter, also: "", usage_type, with, scale: Scale::Same }
}

/// By meter.
const RULES: &[Rule] = &[
    rule(Meter::Alarm, "CW:AlarmMonitorUsage", &[(AlarmType, "Standard")]),
    rule(Meter::AthenaScan, "DataScannedInTB", &[]),
    rule(Meter::ComprehendCustomUnit, "DocClassification-Custom", &[]),
    rule(Meter::ComprehendCustomUnit, "DetectEntities-Custom", &[]),
    rule(Meter::ComprehendEndpoint, "Endpoint-Time", &[]),
    rule(Meter::ComprehendEventsUnit, "DetectEvents", &[]),
    rule(Meter::ComprehendModel, "DocClassifier-Storage", &[]),
    rule(Meter::ComprehendModel, "EntityRecognizer-Storage", &[]),
    rule(Meter::ComprehendSyntaxUnit, "DetectSyntax", &[]),
    rule(Meter::ComprehendTopics, "DetectTopics-PerMB", &[]),
    rule(Meter::ComprehendTraining, "DocClassifier-Time", &[]),
    rule(Meter::ComprehendTraining, "EntityRecognizer-Time", &[]),
    rule(Meter::ComprehendUnit, "DetectEntities", &[(Operation, "DetectEntities")]),
    rule(Meter::CrossZoneData, "DataTransfer-Regional-Bytes", &[(TransferType, "IntraRegion")]),
    rule(Meter::CustomMetric, "CW:MetricMonitorUsage", &[]),
    rule(Meter::EbsGp2, "EBS:VolumeUsage.gp2", &[]),
    rule(Meter::EbsGp3, "EBS:VolumeUsage.gp3", &[]),
    rule(Meter::EcrStorage, "TimedStorage-ByteHrs", &[]),
    rule(Meter::EmrServerlessMemory, "EMR-SERVERLESS-MemoryGBHours", &[]),
    rule(Meter::EmrServerlessVcpu, "EMR-SERVERLESS-vCPUHours", &[]),
    rule(Meter::EndpointDataIn, "Hst:Data-Bytes-In", &[]),
    rule(Meter::EndpointDataIn, "", &[(Group, "Hosting:IN"), (Operation, "Invoke-Endpoint")]),
    rule(Meter::EndpointDataOut, "Hst:Data-Bytes-Out", &[]),
    rule(Meter::EndpointDataOut, "", &[(Group, "Hosting:OUT"), (Operation, "Invoke-Endpoint")]),
    rule(Meter::EndpointStorage, "Host:VolumeUsage.gp2", &[]),
    rule(Meter::FirehoseConversion, "", &[(Operation, "DataFormatConversion")]),
    rule(Meter::FirehoseIngestion, "", &[(Group, "Event-by-Event Processing"), (SourceType, "")]),
    rule(Meter::FirehoseVpc, "", &[(Operation, "RunVpcInstance")]),
    rule(Meter::FirehoseVpcData, "", &[(Operation, "VpcBandwidth")]),
    rule(Meter::GlueCatalogObjects, "", &[(Group, "Data Catalog Storage")]),
    rule(Meter::GlueCatalogRequests, "", &[(Group, "Data Catalog Requests")]),
    rule(Meter::GlueCrawler, "Crawler-DPU-Hour", &[(Operation, "CrawlerRun")]),
    rule(Meter::GluePythonShell, "ETL-DPU-Hour", &[(Operation, "Jobrun")]),
    rule(Meter::GlueSpark, "ETL-DPU-Hour", &[(Operation, "Jobrun")]),
    rule(Meter::InterfaceEndpoint, "VpcEndpoint-Hours", &[]),
    rule(Meter::InterfaceEndpointData, "VpcEndpoint-Bytes", &[]),
    rule(Meter::KinesisExtendedRetention, "Extended-ShardHour", &[]),
    rule(Meter::KinesisFanOutConsumer, "EnhancedFanoutHour", &[(Operation, "ConsumerHour")]),
    rule(Meter::KinesisFanOutData, "ReadBytes", &[(Operation, "EnhancedFanoutDataRetrieval")]),
    rule(Meter::KinesisLongRetention, "LongTermRetention-ByteHrs", &[(Operation, "LongTermRetentionByteHrs")]),
    rule(Meter::KinesisLongRetrieval, "LongTermRetention-ReadBytes", &[]),
    rule(Meter::KinesisOnDemandFanOut, "OnDemand-BilledOutgoingEFOBytes", &[]),
    rule(Meter::KinesisOnDemandIn, "OnDemand-BilledIncomingBytes", &[]),
    rule(Meter::KinesisOnDemandOut, "OnDemand-BilledOutgoingBytes", &[]),
    rule(Meter::KinesisOnDemandRetention, "OnDemand-ExtendedRetention-ByteHrs", &[]),
    rule(Meter::KinesisOnDemandStream, "OnDemand-StreamHour", &[]),
    rule(Meter::KinesisPut, "PutRequestPayloadUnits", &[]),
    rule(Meter::KinesisShard, "Storage-ShardHour", &[]),
    rule(Meter::KmsAsymmetricRequests, "KMS-Requests-Asymmetric", &[]),
    rule(Meter::KmsKey, "KMS-Keys", &[]),
    rule(Meter::KmsRequests, "KMS-Requests", &[]),
    rule(Meter::LambdaArmDuration, "Lambda-GB-Second-ARM", &[]),
    rule(Meter::LambdaArmDuration, "", &[(Group, "AWS-Lambda-Duration-ARM")]),
    rule(Meter::LambdaArmProvisionedConcurrency, "", &[(Group, "AWS-Lambda-Provisioned-Concurrency-ARM")]),
    rule(Meter::LambdaArmProvisionedDuration, "", &[(Group, "AWS-Lambda-Duration-Provisioned-ARM")]),
    rule(Meter::LambdaDuration, "", &[(Group, "AWS-Lambda-Duration")]),
    rule(Meter::LambdaEphemeralStorage, "", &[(Group, "AWS-Lambda-Storage-Duration")]),
    rule(Meter::LambdaProvisionedConcurrency, "", &[(Group, "AWS-Lambda-Provisioned-Concurrency")]),
    rule(Meter::LambdaProvisionedDuration, "", &[(Group, "AWS-Lambda-Duration-Provisioned")]),
    rule(Meter::LambdaRequests, "", &[(Group, "AWS-Lambda-Requests")]),
    rule(Meter::LogIngestion, "DataProcessing-Bytes", &[(Family, "Data Payload")]),
    rule(Meter::LogInsights, "DataScanned-Bytes", &[(Family, "Data Payload")]),
    rule(Meter::LogStorage, "TimedStorage-ByteHrs", &[(Family, "Storage Snapshot")]),
    Rule { also: "AmazonVPC", ..rule(Meter::NatGateway, "NatGateway-Hours", &[]) },
    Rule { also: "AmazonVPC", ..rule(Meter::NatGatewayData, "NatGateway-Bytes", &[]) },
    rule(Meter::NotebookStorage, "Notebk:VolumeUsage.gp2", &[]),
    rule(Meter::ProcessingStorage, "Processing:VolumeUsage.gp2", &[]),
    rule(Meter::PublicIpv4, "PublicIPv4:InUseAddress", &[]),
    rule(Meter::S3DeepArchive, "TimedStorage-GDA-ByteHrs", &[]),
    rule(Meter::S3DeepArchiveRetrieval, "Standard-Retrieval-Bytes", &[]),
    rule(Meter::S3Glacier, "TimedStorage-ByteHrs", &[]),
    rule(Meter::S3GlacierRetrieval, "Standard-Retrieval-Bytes", &[]),
    rule(Meter::S3GlacierTransition, "Requests-Tier3", &[(Operation, "S3-GlacierTransition")]),
    rule(Meter::S3OneZoneIa, "TimedStorage-ZIA-ByteHrs", &[]),
    rule(Meter::S3OneZoneIaRetrieval, "Retrieval-ZIA", &[]),
    rule(Meter::S3Standard, "TimedStorage-ByteHrs", &[(Operation, "")]),
    rule(Meter::S3StandardGet, "Requests-Tier2", &[]),
    rule(Meter::S3StandardIa, "TimedStorage-SIA-ByteHrs", &[]),
    rule(Meter::S3StandardIaPut, "Requests-SIA-Tier1", &[]),
    rule(Meter::S3StandardIaRetrieval, "Retrieval-SIA", &[]),
    rule(Meter::S3StandardPut, "Requests-Tier1", &[]),
    rule(Meter::S3TieringArchive, "TimedStorage-INT-AA-ByteHrs", &[]),
    rule(Meter::S3TieringDeepArchive, "TimedStorage-INT-DAA-ByteHrs", &[]),
    rule(Meter::S3TieringFrequent, "TimedStorage-INT-FA-ByteHrs", &[]),
    rule(Meter::S3TieringInfrequent, "TimedStorage-INT-IA-ByteHrs", &[]),
    rule(Meter::S3TieringMonitoring, "Monitoring-Automation-INT", &[]),
    rule(Meter::Secret, "", &[(Family, "Secret")]),
    rule(Meter::SecretRequests, "", &[(Family, "API Request")]),
    Rule { scale: Scale::Times(3600), ..rule(Meter::StepFunctionsExpressDuration, "StepFunctions-GB-Second", &[]) },
    rule(Meter::StepFunctionsExpressRequests, "StepFunctions-Request", &[]),
    rule(Meter::StepFunctionsTransitions, "StateTransition", &[]),
    rule(Meter::StudioStorage, "Studio:VolumeUsage.gp3", &[]),
    rule(Meter::TrainingStorage, "Train:VolumeUsage.gp2", &[]),
    rule(Meter::TranslateCharacters, "TranslateText", &[]),
];

/// What the price list has a product of for each memory size, priced for a second of it.
const BY_MEMORY: &[(&str, Serverless)] = &[
    ("ServerlessInf:Mem-", Serverless::Inference),
    ("ProvisionedConcurrency:Mem-", Serverless::ProvisionedDuration),
    ("ProvisionedConcurrency:Usage-", Serverless::Provisioned),
];

/// The meters that a product has the price of.
pub(super) fn of(offer: &str, product: &Product) -> Vec<Found> {
    let usage_type = product.get(Attribute::UsageType);
    let found = |meter: Meter, rank, scale| (Table::Service, meter.id().to_owned(), rank, scale);
    if offer == SAGEMAKER {
        let of_memory = |(start, part): &(&str, Serverless)| {
            let (_, size) = usage_type.split_once(start)?;
            Meter::serverless(*part, size.strip_suffix("GB")?.parse().ok()?)
        };
        if let Some(meter) = BY_MEMORY.iter().find_map(of_memory) {
            return vec![found(meter, 0, Scale::Same)];
        }
        if usage_type.contains("VolumeUsage") && super::product::plain(usage_type).contains("warmpool") {
            return vec![found(Meter::WarmPoolStorage, 0, Scale::Same)];
        }
    }
    // What is free in China is there as a product of its own.
    if product.get(Attribute::GroupDescription).contains("free tier") {
        return Vec::new();
    }
    let holds = |rule: &&Rule| {
        (rule.meter.offer() == offer || rule.also == offer)
            && (rule.usage_type.is_empty() || ends_with_part(usage_type, rule.usage_type))
            && rule.with.iter().all(|(attribute, value)| product.get(*attribute).eq_ignore_ascii_case(value))
    };
    // The same request may be there once for each operation: the one without is meant.
    let rank = u8::from(!product.get(Attribute::Operation).is_empty());
    let mut all: Vec<Found> = RULES.iter().filter(holds).map(|rule| found(rule.meter, rank, rule.scale)).collect();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn meters_of(offer: &str, values: &[(Attribute, &str)]) -> Vec<String> {
        let mut product = Product::default();
        for (attribute, value) in values {
            product.set(*attribute, value);
        }
        of(offer, &product).into_iter().map(|(_, name, ..)| name).collect()
    }

    #[test]
    fn every_meter_can_be_imported() {
        let known: BTreeSet<Meter> = RULES.iter().map(|rule| rule.meter).collect();
        let by_memory =
            (1..=6).flat_map(|size| BY_MEMORY.iter().filter_map(move |(_, part)| Meter::serverless(*part, size)));
        let known: BTreeSet<Meter> = known.into_iter().chain(by_memory).chain([Meter::WarmPoolStorage]).collect();
        let missing: Vec<&Meter> = Meter::ALL.iter().filter(|meter| !known.contains(meter)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn products_are_told_apart() {
        let usage = |usage_type| [(Attribute::UsageType, usage_type)];
        assert_eq!(meters_of("AmazonEC2", &usage("USE2-NatGateway-Hours")), ["nat-gateway"]);
        assert_eq!(meters_of("AmazonVPC", &usage("NatGateway-Bytes")), ["nat-gateway-data"]);
        assert_eq!(meters_of("AmazonVPC", &usage("EU-VpcEndpoint-Hours")), ["interface-endpoint"]);
        assert!(meters_of("AmazonVPC", &usage("EU-VpcEndpoint-GWLBE-Hours")).is_empty());
        assert_eq!(meters_of("awskms", &usage("us-east-1-KMS-Requests")), ["kms-requests"]);
        assert!(meters_of("awskms", &usage("us-east-1-KMS-Requests-Asymmetric-RSA_2048")).is_empty());
        let jobs = [(Attribute::UsageType, "USE1-ETL-DPU-Hour"), (Attribute::Operation, "Jobrun")];
        assert_eq!(meters_of("AWSGlue", &jobs), ["glue-python-shell", "glue-spark"]);
        let flexible = [(Attribute::UsageType, "USE1-ETL-Flex-DPU-Hour"), (Attribute::Operation, "Jobrun")];
        assert!(meters_of("AWSGlue", &flexible).is_empty());
        let edge = [(Attribute::Group, "AWS-Lambda-Edge-Duration")];
        assert!(meters_of("AWSLambda", &edge).is_empty());
        let china = [(Attribute::Group, "AWS-Lambda-Duration"), (Attribute::GroupDescription, "China free tier")];
        assert!(meters_of("AWSLambda", &china).is_empty());
    }

    #[test]
    fn serverless_inference_is_priced_by_memory() {
        let meters = |usage_type: &str| meters_of("AmazonSageMaker", &[(Attribute::UsageType, usage_type)]);
        assert_eq!(meters("EU-ServerlessInf:Mem-4GB"), ["serverless-inference-4gb"]);
        assert_eq!(meters("USE1-ProvisionedConcurrency:Usage-1GB"), ["serverless-provisioned-1gb"]);
        assert_eq!(meters("USE1-ProvisionedConcurrency:Mem-6GB"), ["serverless-provisioned-duration-6gb"]);
        assert!(meters("USE1-ServerlessInf:Mem-0GB").is_empty() && meters("USE1-ServerlessInf:Mem-7GB").is_empty());
    }

    #[test]
    fn only_what_goes_from_one_zone_to_another_is_data_between_zones() {
        let transfer = |usage_type, kind| {
            meters_of("AWSDataTransfer", &[(Attribute::UsageType, usage_type), (Attribute::TransferType, kind)])
        };
        assert_eq!(transfer("DataTransfer-Regional-Bytes", "IntraRegion"), ["cross-zone-data"]);
        assert_eq!(transfer("EUC1-DataTransfer-Regional-Bytes", "IntraRegion"), ["cross-zone-data"]);
        assert!(transfer("EUC1-DataTransfer-Out-Bytes", "AWS Outbound").is_empty());
        assert!(transfer("USE1-DataTransfer-xAZ-Out-Bytes", "IntraRegion-xAZ-Out").is_empty());
    }
}
