//! Limits of the data services that the rules compare with.

use crate::{
    catalog::{self},
    finding::FactRef,
};

/// One limit.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Its name in the catalog.
    pub id: &'static str,
    /// How much, in the unit that the name of the constant says.
    pub value: f64,
    /// Where it is said.
    pub source: &'static str,
}

/// As of 2026-11-22: how long Firehose waits for a function that transforms its records.
pub const TRANSFORM_SECONDS: Limit = Limit {
    id: "firehose/transform-timeout",
    value: 300.0,
    source: "https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html",
};

/// As of 2026-11-22: the most that Firehose gathers for one call of such a function.
pub const TRANSFORM_BUFFER_MB: Limit = Limit {
    id: "firehose/lambda-buffer",
    value: 3.0,
    source: "https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html",
};

/// As of 2026-11-22: the largest request, and the largest response, of a function that is called and waited for.
pub const LAMBDA_PAYLOAD_MB: Limit = Limit {
    id: "lambda/payload",
    value: 6.0,
    source: "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
};

/// As of 2026-11-22: calls of `GetRecords` that a shard answers in a second, for all consumers without a throughput of
/// their own together.
pub const SHARD_READS_PER_SECOND: Limit = Limit {
    id: "kinesis/shard-reads",
    value: 5.0,
    source: "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html",
};

/// As of 2026-11-22: what a shard gives in a second to all such consumers together, and what it takes in.
pub const SHARD_READ_MB_PER_SECOND: Limit = Limit {
    id: "kinesis/shard-read",
    value: 2.0,
    source: "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html",
};

/// As of 2026-11-22: how long SQS hides a message that was received, unless the queue says otherwise.
pub const VISIBILITY_SECONDS: Limit = Limit {
    id: "sqs/visibility",
    value: 30.0,
    source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html",
};

/// As of 2026-11-22: how many times the timeout of a function the visibility timeout of its queue should be.
pub const VISIBILITY_FACTOR: Limit = Limit {
    id: "lambda/visibility-factor",
    value: 6.0,
    source: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
};

/// As of 2026-11-22: dollars for each TB that a query of Athena reads, in us-east-1 and most other regions.
pub const ATHENA_USD_PER_TB: Limit =
    Limit { id: "athena/price", value: 5.0, source: "https://aws.amazon.com/athena/pricing/" };

impl Limit {
    /// What a finding cites.
    pub fn fact(&self) -> FactRef {
        catalog::fact(format!("limits/{}", self.id), self.source)
    }
}
