//! What each kind of resource is billed for.

mod compute;
mod data;
mod endpoints;
mod jobs;
mod network;
mod notebooks;
mod services;

use crate::{
    catalog::prices::{EC2, EMR, Meter, Prices, SAGEMAKER, Use},
    cost::{
        Links,
        amount::{Quantity, Span},
        bill::{Component, Known, Line, Missing, Per, Purpose, Rate, copies},
        usage::{self, Usage},
    },
    graph::{
        attr::{Attr, State, Subject},
        kind,
    },
};

/// Hours of a month.
pub(super) const MONTH: u64 = 730;

/// What prices a resource of a kind.
pub(super) struct Kind {
    /// Names of CloudFormation.
    pub(super) names: &'static [&'static str],
    pub(super) purpose: Purpose,
    pub(super) price: fn(&Pricer<'_>) -> Vec<Line>,
}

/// The kinds that are priced.
static KINDS: &[Kind] = &[
    Kind { names: &[kind::TRAINING_JOB], purpose: Purpose::Training, price: jobs::training },
    Kind { names: &[kind::TUNING_JOB], purpose: Purpose::Training, price: jobs::tuning },
    Kind { names: &[kind::PROCESSING_JOB], purpose: Purpose::Processing, price: jobs::processing },
    Kind { names: &[kind::TRANSFORM_JOB], purpose: Purpose::Hosting, price: jobs::transform },
    Kind { names: &[kind::MONITORING_SCHEDULE], purpose: Purpose::Processing, price: jobs::monitoring },
    Kind { names: &[kind::ENDPOINT], purpose: Purpose::Hosting, price: endpoints::endpoint },
    Kind { names: &[kind::NOTEBOOK_INSTANCE], purpose: Purpose::Notebooks, price: notebooks::notebook },
    Kind { names: &[kind::APP], purpose: Purpose::Notebooks, price: notebooks::app },
    Kind { names: &[kind::SPACE], purpose: Purpose::Notebooks, price: notebooks::space },
    Kind { names: &[kind::CLUSTER], purpose: Purpose::Training, price: compute::cluster },
    Kind { names: &[kind::EC2_INSTANCE], purpose: Purpose::Other, price: compute::instance },
    Kind { names: &["AWS::EC2::Volume"], purpose: Purpose::Other, price: compute::volume },
    Kind { names: &[kind::EMR_CLUSTER], purpose: Purpose::Data, price: compute::emr },
    Kind { names: &["AWS::EC2::NatGateway"], purpose: Purpose::Network, price: network::nat },
    Kind { names: &[kind::VPC_ENDPOINT], purpose: Purpose::Network, price: network::endpoint },
    Kind { names: &["AWS::EC2::EIP"], purpose: Purpose::Network, price: network::address },
    Kind { names: &[kind::BUCKET], purpose: Purpose::Data, price: data::bucket },
    Kind { names: &[kind::STREAM], purpose: Purpose::Data, price: data::stream },
    Kind { names: &["AWS::Kinesis::StreamConsumer"], purpose: Purpose::Data, price: data::consumer },
    Kind { names: &[kind::DELIVERY_STREAM], purpose: Purpose::Data, price: data::firehose },
    Kind { names: &["AWS::Glue::Job"], purpose: Purpose::Data, price: data::glue_job },
    Kind { names: &["AWS::Glue::Crawler"], purpose: Purpose::Data, price: data::crawler },
    Kind { names: &[kind::WORK_GROUP], purpose: Purpose::Data, price: data::athena },
    Kind { names: &[kind::FUNCTION], purpose: Purpose::Other, price: services::function },
    Kind { names: &[kind::ALIAS, kind::VERSION, kind::KEPT_READY], purpose: Purpose::Other, price: services::ready },
    Kind { names: &[kind::STATE_MACHINE], purpose: Purpose::Other, price: services::state_machine },
    Kind { names: &["AWS::KMS::Key"], purpose: Purpose::Other, price: services::key },
    Kind { names: &["AWS::Logs::LogGroup"], purpose: Purpose::Other, price: services::log_group },
    Kind { names: &["AWS::CloudWatch::Alarm"], purpose: Purpose::Other, price: services::alarm },
    Kind { names: &["AWS::ECR::Repository"], purpose: Purpose::Other, price: services::repository },
];

/// How a kind is priced; nothing for one that is not.
pub(super) fn of(kind: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|known| known.names.contains(&kind))
}

/// What a kind may be priced by: one resource in one world, the prices, and what is told of its use.
pub(super) struct Pricer<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) prices: &'a Prices,
    pub(super) usage: &'a Usage,
    pub(super) links: &'a Links,
    pub(super) region: &'a str,
}

impl<'a> Pricer<'a> {
    /// What the resource is billed for in its world.
    pub(super) fn components(&self, kind: &Kind) -> Vec<Component> {
        let copies = copies(self.subject.resource());
        let runs = self.told(usage::RUNS);
        (kind.price)(self).into_iter().map(|line| line.done(&copies, runs)).collect()
    }

    /// What the usage file tells of the resource.
    pub(super) fn told(&self, key: &str) -> Option<Quantity> {
        let resource = self.subject.resource();
        self.usage.get(&resource.key, &resource.kind, key)
    }

    /// The same, where the figure depends on it.
    pub(super) fn needed(&self, key: &'static str) -> Known<Quantity> {
        self.told(key).ok_or(Missing::Usage(key))
    }

    /// Hours of the month that it is up, and how that is known.
    pub(super) fn hours(&self) -> (Quantity, String) {
        match self.told(usage::HOURS) {
            Some(hours) => (hours, format!("{hours} h a month, as the usage file says")),
            None => (Quantity::whole(MONTH), format!("up all {MONTH} h of a month")),
        }
    }

    /// The rate of an instance of SageMaker.
    pub(super) fn instance(&self, usage: Use, name: &Attr<'a>) -> Known<Rate> {
        let name = text(name)?;
        let price = self.prices.sagemaker(self.region, usage, name);
        price.map(|price| Rate::of(&price)).ok_or_else(|| {
            if !self.prices.has_region(self.region) {
                return Missing::Listed(SAGEMAKER, format!("there are no SageMaker prices of {}", self.region));
            }
            if self.prices.is_complete(self.region) {
                return Missing::Price(format!("the price list has no {name} for {usage} in {}", self.region));
            }
            Missing::Listed(SAGEMAKER, format!("no price is known of {name} for {usage} in {}", self.region))
        })
    }

    /// The rate of an instance of EC2 with Linux.
    pub(super) fn ec2(&self, name: &Attr<'a>) -> Known<Rate> {
        let name = text(name)?;
        let missing = || Missing::Listed(EC2, format!("no price is known of EC2's {name} in {}", self.region));
        self.prices.ec2(self.region, name).map(|price| Rate::of(&price)).ok_or_else(missing)
    }

    /// What EMR adds to an instance of EC2.
    pub(super) fn emr(&self, name: &Attr<'a>) -> Known<Rate> {
        let name = text(name)?;
        let missing =
            || Missing::Listed(EMR, format!("no price is known of what EMR adds to {name} in {}", self.region));
        self.prices.emr(self.region, name).map(|price| Rate::of(&price)).ok_or_else(missing)
    }

    /// The rate of what a service meters.
    pub(super) fn meter(&self, meter: Meter) -> Known<Rate> {
        let price = self.prices.service(self.region, meter);
        price.map(|price| Rate::of(&price)).ok_or_else(|| self.unmetered(meter))
    }

    fn unmetered(&self, meter: Meter) -> Missing {
        Missing::Listed(meter.offer(), format!("no price is known of \"{}\" in {}", meter.title(), self.region))
    }

    /// Lines of a monthly quantity of what a service meters: one for each tier that it reaches.
    pub(super) fn metered(&self, name: &str, unit: &'static str, meter: Meter, quantity: Known<Quantity>) -> Vec<Line> {
        let tiers = self.prices.tiers(self.region, meter);
        let single = |rate| vec![Line::new(name, unit, Per::Month).quantity(quantity.clone()).rate(rate)];
        let (Some((first, _)), Ok(total)) = (tiers.first(), &quantity) else { return single(self.meter(meter)) };
        // What lies below the first tier is free.
        if *first == 0 && tiers.len() == 1 {
            return single(self.meter(meter));
        }
        let mut lines = Vec::new();
        for (at, (from, price)) in tiers.iter().enumerate() {
            let from = Quantity::whole(*from);
            if at > 0 && *total <= from {
                break;
            }
            let to = tiers.get(at + 1).map_or(*total, |(next, _)| Quantity::whole(*next).min(*total));
            let within = to.minus(from).ok_or_else(crate::cost::bill::beyond);
            let line = Line::new(name, unit, Per::Month).quantity(within).rate(Ok(Rate::of(price)));
            lines.push(if at == 0 { line } else { line.detail(format!("beyond {from}")) });
        }
        lines
    }
}

/// The text of a property that a price depends on.
pub(super) fn text<'a>(attr: &Attr<'a>) -> Known<&'a str> {
    attr.text().ok_or_else(|| unknown(attr))
}

/// The number of a property that a quantity depends on. The API takes no fraction of an instance, a gigabyte or a second.
pub(super) fn number(attr: &Attr<'_>) -> Known<Quantity> {
    if attr.number().is_some_and(|number| number.fract() != 0.0) {
        let name = attr.path().rsplit('.').next().unwrap_or_default();
        return Err(Missing::Value(format!("`{name}` is no whole number: {}", attr.display().unwrap_or_default())));
    }
    decimal(attr)
}

/// The same of one that may be a fraction.
pub(super) fn decimal(attr: &Attr<'_>) -> Known<Quantity> {
    attr.number().and_then(Quantity::of).ok_or_else(|| unknown(attr))
}

/// The same, with what the service takes where it is not set.
pub(super) fn number_or(attr: &Attr<'_>, default: Quantity) -> Known<Quantity> {
    if attr.is_absent() { Ok(default) } else { number(attr) }
}

/// Why a property has no value.
pub(super) fn unknown(attr: &Attr<'_>) -> Missing {
    let name = attr.path().rsplit('.').next().unwrap_or_default();
    Missing::Value(match attr.state() {
        State::Absent => format!("`{name}` is not set"),
        State::Unknown(Some(why)) => format!("`{name}` is not known: {}", why.name()),
        State::Unknown(None) => format!("`{name}` is not known"),
        State::Known(_) => {
            format!("`{name}` is not known: {}", attr.display().unwrap_or_else(|| "no value".to_owned()))
        }
    })
}

/// Seconds in hours.
pub(super) fn in_hours(seconds: Quantity) -> Option<Quantity> {
    seconds.per(Quantity::whole(3600))
}

/// Exactly so many.
pub(super) fn exactly(quantity: Known<Quantity>) -> Known<Span<Quantity>> {
    quantity.map(Span::one)
}
