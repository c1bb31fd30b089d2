//! What services other than instances are metered by.

use Unit::{Character, DpuHour, Gb, GbHour, GbMonth, GbSecond, Hour, Mb, Month, Piece, Request, Second, ShardHour, Tb};

/// What a price is for one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// A character of text.
    Character,
    /// A data processing unit of Glue, for an hour.
    DpuHour,
    /// A gigabyte.
    Gb,
    /// A gigabyte for an hour.
    GbHour,
    /// A gigabyte for a month.
    GbMonth,
    /// A gigabyte for a second.
    GbSecond,
    /// An hour.
    Hour,
    /// A megabyte.
    Mb,
    /// A month.
    Month,
    /// An object, a payload unit, a unit of text: the meter says what.
    Piece,
    /// A request.
    Request,
    /// A second.
    Second,
    /// A shard of a stream, for an hour.
    ShardHour,
    /// A terabyte.
    Tb,
}

impl Unit {
    /// As output writes it: `GB-month`.
    pub fn name(self) -> &'static str {
        match self {
            Character => "character",
            DpuHour => "DPU-hour",
            Gb => "GB",
            GbHour => "GB-hour",
            GbMonth => "GB-month",
            GbSecond => "GB-second",
            Hour => "hour",
            Mb => "MB",
            Month => "month",
            Piece => "unit",
            Request => "request",
            Second => "second",
            ShardHour => "shard-hour",
            Tb => "TB",
        }
    }
}

/// Declares the meters: the name in code, the name in the tables, the price list, the unit, and what it is in words.
macro_rules! meters {
    ($($meter:ident, $id:literal, $offer:literal, $unit:ident, $title:literal;)*) => {
        /// A thing that is metered, of the services that mllint prices.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Meter {
            $(#[doc = $title] $meter,)*
        }

        impl Meter {
            /// All meters, in the order of the tables.
            pub const ALL: &'static [Self] = &[$(Self::$meter,)*];

            /// Its name in the tables: `nat-gateway`.
            pub fn id(self) -> &'static str {
                match self { $(Self::$meter => $id,)* }
            }

            /// The price list that has it: the offer code of AWS.
            pub fn offer(self) -> &'static str {
                match self { $(Self::$meter => $offer,)* }
            }

            /// What its price is for one of.
            pub fn unit(self) -> Unit {
                match self { $(Self::$meter => $unit,)* }
            }

            /// What it is, in words.
            pub fn title(self) -> &'static str {
                match self { $(Self::$meter => $title,)* }
            }
        }
    };
}

meters! {
    Alarm, "alarm", "AmazonCloudWatch", Month, "CloudWatch alarm";
    AthenaScan, "athena-scan", "AmazonAthena", Tb, "Athena: data scanned";
    ComprehendCustomUnit, "comprehend-custom-unit", "comprehend", Piece, "Comprehend: custom classification or entities, unit of 100 characters";
    ComprehendEndpoint, "comprehend-endpoint", "comprehend", Second, "Comprehend: inference unit of a custom endpoint";
    ComprehendEventsUnit, "comprehend-events-unit", "comprehend", Piece, "Comprehend: events, unit of 100 characters";
    ComprehendModel, "comprehend-model", "comprehend", Month, "Comprehend: custom model kept";
    ComprehendSyntaxUnit, "comprehend-syntax-unit", "comprehend", Piece, "Comprehend: syntax, unit of 100 characters";
    ComprehendTopics, "comprehend-topics", "comprehend", Mb, "Comprehend: topic modelling beyond 100 MB";
    ComprehendTraining, "comprehend-training", "comprehend", Second, "Comprehend: training of a custom model";
    ComprehendUnit, "comprehend-unit", "comprehend", Piece, "Comprehend: entities, sentiment, key phrases, language or PII, unit of 100 characters";
    CrossZoneData, "cross-zone-data", "AWSDataTransfer", Gb, "data between availability zones, each way";
    CustomMetric, "custom-metric", "AmazonCloudWatch", Month, "CloudWatch custom metric";
    EbsGp2, "ebs-gp2", "AmazonEC2", GbMonth, "EBS gp2 volume";
    EbsGp3, "ebs-gp3", "AmazonEC2", GbMonth, "EBS gp3 volume";
    EcrStorage, "ecr-storage", "AmazonECR", GbMonth, "ECR storage";
    EmrServerlessMemory, "emr-serverless-memory", "ElasticMapReduce", GbHour, "EMR Serverless: memory";
    EmrServerlessVcpu, "emr-serverless-vcpu", "ElasticMapReduce", Hour, "EMR Serverless: vCPU";
    EndpointDataIn, "endpoint-data-in", "AmazonSageMaker", Gb, "SageMaker endpoint: data in";
    EndpointDataOut, "endpoint-data-out", "AmazonSageMaker", Gb, "SageMaker endpoint: data out";
    EndpointStorage, "endpoint-storage", "AmazonSageMaker", GbMonth, "SageMaker endpoint: storage";
    FirehoseConversion, "firehose-conversion", "AmazonKinesisFirehose", Gb, "Firehose: format conversion";
    FirehoseIngestion, "firehose-ingestion", "AmazonKinesisFirehose", Gb, "Firehose: data ingested";
    FirehoseVpc, "firehose-vpc", "AmazonKinesisFirehose", Hour, "Firehose: delivery into a VPC, per zone";
    FirehoseVpcData, "firehose-vpc-data", "AmazonKinesisFirehose", Gb, "Firehose: data delivered into a VPC";
    GlueCatalogObjects, "glue-catalog-objects", "AWSGlue", Piece, "Glue Data Catalog: object kept for a month, beyond the first million";
    GlueCatalogRequests, "glue-catalog-requests", "AWSGlue", Request, "Glue Data Catalog: requests, beyond the first million";
    GlueCrawler, "glue-crawler", "AWSGlue", DpuHour, "Glue crawler";
    GluePythonShell, "glue-python-shell", "AWSGlue", DpuHour, "Glue Python shell job";
    GlueSpark, "glue-spark", "AWSGlue", DpuHour, "Glue Spark job";
    InterfaceEndpoint, "interface-endpoint", "AmazonVPC", Hour, "interface endpoint, per zone";
    InterfaceEndpointData, "interface-endpoint-data", "AmazonVPC", Gb, "interface endpoint: data";
    KinesisExtendedRetention, "kinesis-extended-retention", "AmazonKinesis", ShardHour, "Kinesis: retention of 1 to 7 days";
    KinesisFanOutConsumer, "kinesis-fan-out-consumer", "AmazonKinesis", ShardHour, "Kinesis: enhanced fan-out consumer";
    KinesisFanOutData, "kinesis-fan-out-data", "AmazonKinesis", Gb, "Kinesis: enhanced fan-out data";
    KinesisLongRetention, "kinesis-long-retention", "AmazonKinesis", GbMonth, "Kinesis: retention beyond 7 days";
    KinesisLongRetrieval, "kinesis-long-retrieval", "AmazonKinesis", Gb, "Kinesis: retrieval of data older than 7 days";
    KinesisOnDemandFanOut, "kinesis-on-demand-fan-out", "AmazonKinesis", Gb, "Kinesis on demand: enhanced fan-out data";
    KinesisOnDemandIn, "kinesis-on-demand-in", "AmazonKinesis", Gb, "Kinesis on demand: data in";
    KinesisOnDemandOut, "kinesis-on-demand-out", "AmazonKinesis", Gb, "Kinesis on demand: data out";
    KinesisOnDemandRetention, "kinesis-on-demand-retention", "AmazonKinesis", GbMonth, "Kinesis on demand: retention of 1 to 7 days";
    KinesisOnDemandStream, "kinesis-on-demand-stream", "AmazonKinesis", Hour, "Kinesis on demand: stream";
    KinesisPut, "kinesis-put", "AmazonKinesis", Piece, "Kinesis: PUT payload unit of 25 KB";
    KinesisShard, "kinesis-shard", "AmazonKinesis", ShardHour, "Kinesis: provisioned shard";
    KmsAsymmetricRequests, "kms-asymmetric-requests", "awskms", Request, "KMS: requests to asymmetric keys";
    KmsKey, "kms-key", "awskms", Month, "KMS: customer managed key";
    KmsRequests, "kms-requests", "awskms", Request, "KMS: requests";
    LambdaArmDuration, "lambda-arm-duration", "AWSLambda", GbSecond, "Lambda: duration on Arm";
    LambdaArmProvisionedConcurrency, "lambda-arm-provisioned-concurrency", "AWSLambda", GbSecond, "Lambda: provisioned concurrency on Arm";
    LambdaArmProvisionedDuration, "lambda-arm-provisioned-duration", "AWSLambda", GbSecond, "Lambda: duration on provisioned Arm concurrency";
    LambdaDuration, "lambda-duration", "AWSLambda", GbSecond, "Lambda: duration on x86";
    LambdaEphemeralStorage, "lambda-ephemeral-storage", "AWSLambda", GbSecond, "Lambda: ephemeral storage beyond 512 MB";
    LambdaProvisionedConcurrency, "lambda-provisioned-concurrency", "AWSLambda", GbSecond, "Lambda: provisioned concurrency on x86";
    LambdaProvisionedDuration, "lambda-provisioned-duration", "AWSLambda", GbSecond, "Lambda: duration on provisioned x86 concurrency";
    LambdaRequests, "lambda-requests", "AWSLambda", Request, "Lambda: requests";
    LogIngestion, "log-ingestion", "AmazonCloudWatch", Gb, "CloudWatch Logs: ingestion";
    LogInsights, "log-insights", "AmazonCloudWatch", Gb, "CloudWatch Logs Insights: data scanned";
    LogStorage, "log-storage", "AmazonCloudWatch", GbMonth, "CloudWatch Logs: storage";
    NatGateway, "nat-gateway", "AmazonEC2", Hour, "NAT gateway";
    NatGatewayData, "nat-gateway-data", "AmazonEC2", Gb, "NAT gateway: data";
    NotebookStorage, "notebook-storage", "AmazonSageMaker", GbMonth, "SageMaker notebook instance: volume";
    ProcessingStorage, "processing-storage", "AmazonSageMaker", GbMonth, "SageMaker processing job: volume";
    PublicIpv4, "public-ipv4", "AmazonVPC", Hour, "public IPv4 address";
    S3DeepArchive, "s3-deep-archive", "AmazonS3GlacierDeepArchive", GbMonth, "S3 Glacier Deep Archive: storage";
    S3DeepArchiveRetrieval, "s3-deep-archive-retrieval", "AmazonS3GlacierDeepArchive", Gb, "S3 Glacier Deep Archive: standard retrieval";
    S3Glacier, "s3-glacier", "AmazonGlacier", GbMonth, "S3 Glacier Flexible Retrieval: storage";
    S3GlacierRetrieval, "s3-glacier-retrieval", "AmazonGlacier", Gb, "S3 Glacier Flexible Retrieval: standard retrieval";
    S3GlacierTransition, "s3-glacier-transition", "AmazonS3", Request, "S3 Glacier Flexible Retrieval: lifecycle transition";
    S3OneZoneIa, "s3-one-zone-ia", "AmazonS3", GbMonth, "S3 One Zone-IA: storage";
    S3OneZoneIaRetrieval, "s3-one-zone-ia-retrieval", "AmazonS3", Gb, "S3 One Zone-IA: retrieval";
    S3Standard, "s3-standard", "AmazonS3", GbMonth, "S3 Standard: storage";
    S3StandardGet, "s3-standard-get", "AmazonS3", Request, "S3 Standard: GET";
    S3StandardIa, "s3-standard-ia", "AmazonS3", GbMonth, "S3 Standard-IA: storage";
    S3StandardIaPut, "s3-standard-ia-put", "AmazonS3", Request, "S3 Standard-IA: PUT";
    S3StandardIaRetrieval, "s3-standard-ia-retrieval", "AmazonS3", Gb, "S3 Standard-IA: retrieval";
    S3StandardPut, "s3-standard-put", "AmazonS3", Request, "S3 Standard: PUT, COPY, POST or LIST";
    S3TieringArchive, "s3-tiering-archive", "AmazonS3", GbMonth, "S3 Intelligent-Tiering: archive access";
    S3TieringDeepArchive, "s3-tiering-deep-archive", "AmazonS3", GbMonth, "S3 Intelligent-Tiering: deep archive access";
    S3TieringFrequent, "s3-tiering-frequent", "AmazonS3", GbMonth, "S3 Intelligent-Tiering: frequent access";
    S3TieringInfrequent, "s3-tiering-infrequent", "AmazonS3", GbMonth, "S3 Intelligent-Tiering: infrequent access";
    S3TieringMonitoring, "s3-tiering-monitoring", "AmazonS3", Piece, "S3 Intelligent-Tiering: monitoring of an object for a month";
    Secret, "secret", "AWSSecretsManager", Month, "Secrets Manager: secret";
    SecretRequests, "secret-requests", "AWSSecretsManager", Request, "Secrets Manager: requests";
    ServerlessInference1Gb, "serverless-inference-1gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 1 GB: duration";
    ServerlessInference2Gb, "serverless-inference-2gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 2 GB: duration";
    ServerlessInference3Gb, "serverless-inference-3gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 3 GB: duration";
    ServerlessInference4Gb, "serverless-inference-4gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 4 GB: duration";
    ServerlessInference5Gb, "serverless-inference-5gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 5 GB: duration";
    ServerlessInference6Gb, "serverless-inference-6gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 6 GB: duration";
    ServerlessProvisioned1Gb, "serverless-provisioned-1gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 1 GB: provisioned concurrency";
    ServerlessProvisioned2Gb, "serverless-provisioned-2gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 2 GB: provisioned concurrency";
    ServerlessProvisioned3Gb, "serverless-provisioned-3gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 3 GB: provisioned concurrency";
    ServerlessProvisioned4Gb, "serverless-provisioned-4gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 4 GB: provisioned concurrency";
    ServerlessProvisioned5Gb, "serverless-provisioned-5gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 5 GB: provisioned concurrency";
    ServerlessProvisioned6Gb, "serverless-provisioned-6gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 6 GB: provisioned concurrency";
    ServerlessProvisionedDuration1Gb, "serverless-provisioned-duration-1gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 1 GB: duration on provisioned concurrency";
    ServerlessProvisionedDuration2Gb, "serverless-provisioned-duration-2gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 2 GB: duration on provisioned concurrency";
    ServerlessProvisionedDuration3Gb, "serverless-provisioned-duration-3gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 3 GB: duration on provisioned concurrency";
    ServerlessProvisionedDuration4Gb, "serverless-provisioned-duration-4gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 4 GB: duration on provisioned concurrency";
    ServerlessProvisionedDuration5Gb, "serverless-provisioned-duration-5gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 5 GB: duration on provisioned concurrency";
    ServerlessProvisionedDuration6Gb, "serverless-provisioned-duration-6gb", "AmazonSageMaker", Second, "SageMaker serverless inference, 6 GB: duration on provisioned concurrency";
    StepFunctionsExpressDuration, "step-functions-express-duration", "AmazonStates", GbHour, "Step Functions Express: duration";
    StepFunctionsExpressRequests, "step-functions-express-requests", "AmazonStates", Request, "Step Functions Express: requests";
    StepFunctionsTransitions, "step-functions-transitions", "AmazonStates", Piece, "Step Functions: state transition";
    StudioStorage, "studio-storage", "AmazonSageMaker", GbMonth, "SageMaker Studio space: volume";
    TrainingStorage, "training-storage", "AmazonSageMaker", GbMonth, "SageMaker training job: volume";
    TranslateCharacters, "translate-characters", "translate", Character, "Translate: text";
    WarmPoolStorage, "warm-pool-storage", "AmazonSageMaker", GbMonth, "SageMaker warm pool: volume";
}

impl Meter {
    /// The meter with a name.
    pub fn named(id: &str) -> Option<Self> {
        let at = Self::ALL.binary_search_by(|meter| meter.id().cmp(id)).ok()?;
        Self::ALL.get(at).copied()
    }

    /// What a serverless endpoint with so many gigabytes of memory is metered by; nothing for a size that is not sold. Each
    /// size has a price of its own, which is not quite that of a gigabyte as many times.
    pub fn serverless(part: Serverless, gigabytes: u64) -> Option<Self> {
        Self::named(&format!("{}-{gigabytes}gb", part.id()))
    }
}

/// What a second of a serverless endpoint is billed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serverless {
    /// It answers.
    Inference,
    /// It is kept ready.
    Provisioned,
    /// It answers, and had been kept ready.
    ProvisionedDuration,
}

impl Serverless {
    fn id(self) -> &'static str {
        match self {
            Self::Inference => "serverless-inference",
            Self::Provisioned => "serverless-provisioned",
            Self::ProvisionedDuration => "serverless-provisioned-duration",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meters_are_in_the_order_of_their_names() {
        assert!(Meter::ALL.is_sorted_by(|left, right| left.id() < right.id()));
        assert_eq!(Meter::named("nat-gateway"), Some(Meter::NatGateway));
        assert_eq!(Meter::named("nat"), None);
        assert_eq!(Meter::serverless(Serverless::Provisioned, 6), Some(Meter::ServerlessProvisioned6Gb));
        assert_eq!(
            Meter::serverless(Serverless::ProvisionedDuration, 1),
            Some(Meter::ServerlessProvisionedDuration1Gb)
        );
        assert_eq!(Meter::serverless(Serverless::Inference, 7), None);
    }
}
