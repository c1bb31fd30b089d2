//! Price lists as AWS publishes them: the same products as JSON and as CSV. All of it is made up.

use std::io::{self, Write};

/// A price: begin and end of its tier, unit, amount.
pub(crate) type Tier = (&'static str, &'static str, &'static str, String);

/// A product with its prices.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    pub(crate) family: &'static str,
    /// By the name that JSON has.
    pub(crate) attributes: Vec<(&'static str, String)>,
    /// `OnDemand` or `Reserved`.
    pub(crate) term: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) tiers: Vec<Tier>,
}

/// A price list.
#[derive(Clone, Debug)]
pub(crate) struct PriceList {
    pub(crate) offer: &'static str,
    pub(crate) version: &'static str,
    pub(crate) published: &'static str,
    pub(crate) products: Vec<Product>,
}

/// The attributes by the names of JSON and of CSV, in the order of the columns.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("servicecode", "serviceCode"),
    ("location", "Location"),
    ("locationType", "Location Type"),
    ("instanceType", "Instance Type"),
    ("currentGeneration", "Current Generation"),
    ("vcpu", "vCPU"),
    ("memory", "Memory"),
    ("volumeType", "Volume Type"),
    ("tenancy", "Tenancy"),
    ("operatingSystem", "Operating System"),
    ("licenseModel", "License Model"),
    ("group", "Group"),
    ("groupDescription", "Group Description"),
    ("usagetype", "usageType"),
    ("operation", "operation"),
    ("capacitystatus", "CapacityStatus"),
    ("component", "Component"),
    ("instanceName", "Instance Name"),
    ("preInstalledSw", "Pre Installed S/W"),
    ("regionCode", "Region Code"),
    ("servicename", "serviceName"),
];

const DISCLAIMER: &str = "This pricing list is for informational purposes only.";

/// Attributes that products of a region have in common.
pub(crate) fn product(
    region: &str,
    family: &'static str,
    attributes: &[(&'static str, &str)],
    tiers: Vec<Tier>,
) -> Product {
    let mut all = vec![("locationType", "AWS Region".to_owned()), ("regionCode", region.to_owned())];
    for (name, value) in attributes {
        all.retain(|(known, _)| known != name);
        all.push((name, (*value).to_owned()));
    }
    Product { family, attributes: all, term: "OnDemand", currency: "USD", tiers }
}

/// One price without tiers.
pub(crate) fn flat(unit: &'static str, amount: &str) -> Vec<Tier> {
    vec![("0", "Inf", unit, amount.to_owned())]
}

fn sku(at: usize) -> String {
    format!("{at:016X}")
}

impl Product {
    fn get(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    fn rate(&self, sku: &str, tier: usize) -> String {
        format!("{sku}.JRTCKXETXF.{tier:010X}")
    }
}

impl PriceList {
    /// Writes it as JSON, as AWS does: products, then terms by kind.
    pub(crate) fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { offer, version, published, products } = self;
        writeln!(out, "{{\n  \"formatVersion\" : \"v1.0\",\n  \"disclaimer\" : \"{DISCLAIMER}\",")?;
        writeln!(out, "  \"offerCode\" : \"{offer}\",\n  \"version\" : \"{version}\",")?;
        writeln!(out, "  \"publicationDate\" : \"{published}\",\n  \"products\" : {{")?;
        for (at, product) in products.iter().enumerate() {
            let (sku, comma) = (sku(at), if at + 1 < products.len() { "," } else { "" });
            let attributes: Vec<String> =
                product.attributes.iter().map(|(name, value)| format!("        \"{name}\" : \"{value}\"")).collect();
            writeln!(out, "    \"{sku}\" : {{\n      \"sku\" : \"{sku}\",")?;
            writeln!(out, "      \"productFamily\" : \"{}\",\n      \"attributes\" : {{", product.family)?;
            writeln!(out, "{}\n      }}\n    }}{comma}", attributes.join(",\n"))?;
        }
        writeln!(out, "  }},\n  \"terms\" : {{")?;
        let kinds = ["OnDemand", "Reserved"];
        for (place, kind) in kinds.iter().enumerate() {
            writeln!(out, "    \"{kind}\" : {{")?;
            let of_kind: Vec<_> = products.iter().enumerate().filter(|(_, product)| product.term == *kind).collect();
            for (count, (at, product)) in of_kind.iter().enumerate() {
                self.term(*at, product, count + 1 == of_kind.len(), out)?;
            }
            writeln!(out, "    }}{}", if place + 1 < kinds.len() { "," } else { "" })?;
        }
        writeln!(out, "  }}\n}}")
    }

    fn term(&self, at: usize, product: &Product, is_last: bool, out: &mut dyn Write) -> io::Result<()> {
        let sku = sku(at);
        writeln!(out, "      \"{sku}\" : {{\n        \"{sku}.JRTCKXETXF\" : {{")?;
        writeln!(out, "          \"offerTermCode\" : \"JRTCKXETXF\",\n          \"sku\" : \"{sku}\",")?;
        writeln!(out, "          \"effectiveDate\" : \"2026-10-01T00:00:00Z\",\n          \"priceDimensions\" : {{")?;
        for (tier, (from, to, unit, amount)) in product.tiers.iter().enumerate() {
            let (rate, comma) = (product.rate(&sku, tier), if tier + 1 < product.tiers.len() { "," } else { "" });
            writeln!(
                out,
                "            \"{rate}\" : {{ \"rateCode\" : \"{rate}\", \"description\" : \"USD1.0E-4 per\","
            )?;
            writeln!(
                out,
                "              \"beginRange\" : \"{from}\", \"endRange\" : \"{to}\", \"unit\" : \"{unit}\","
            )?;
            write!(out, "              \"pricePerUnit\" : {{ \"{}\" : \"{amount}\" }}, ", product.currency)?;
            writeln!(out, "\"appliesTo\" : [ ] }}{comma}")?;
        }
        writeln!(out, "          }},\n          \"termAttributes\" : {{ }}\n        }}")?;
        writeln!(out, "      }}{}", if is_last { "" } else { "," })
    }

    /// Writes it as CSV, as AWS does: five lines about it, a header, a line for each price.
    pub(crate) fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { offer, version, published, products } = self;
        writeln!(out, "\"FormatVersion\",\"v1.0\"\n\"Disclaimer\",\"{DISCLAIMER}\"")?;
        writeln!(out, "\"Publication Date\",\"{published}\"\n\"Version\",\"{version}\"\n\"OfferCode\",\"{offer}\"")?;
        let first = "SKU,OfferTermCode,RateCode,TermType,PriceDescription,EffectiveDate,StartingRange,EndingRange,Unit";
        let mut header: Vec<&str> = first.split(',').chain(["PricePerUnit", "Currency", "Product Family"]).collect();
        header.extend(ATTRIBUTES.iter().map(|(_, name)| *name));
        line(&header, out)?;
        for (at, product) in products.iter().enumerate() {
            let sku = sku(at);
            for (tier, (from, to, unit, amount)) in product.tiers.iter().enumerate() {
                let rate = product.rate(&sku, tier);
                let said = "USD1.0E-4 per \"\"Unit\"\", on demand";
                let mut cells = vec![&*sku, "JRTCKXETXF", &rate, product.term, said, "2026-10-01", from, to, unit];
                cells.extend([&**amount, product.currency, product.family]);
                cells.extend(ATTRIBUTES.iter().map(|(name, _)| product.get(name)));
                line(&cells, out)?;
            }
        }
        Ok(())
    }
}

fn line(cells: &[&str], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\"{}\"", cells.join("\",\""))
}
