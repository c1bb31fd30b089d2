//! `mllint prices`: price lists of the shape of AWS's become prices, whatever form they have; broken ones are refused.

#[path = "prices/price_list.rs"]
mod price_list;

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use mllint::{
    catalog::prices::{FILE, HEADER, Meter, Prices, Usd, Use},
    prices::{import, of_root},
    source::Files,
};
use price_list::{PriceList, Product, flat, product};

/// A region that has no built-in price.
const REGION: &str = "eu-west-3";

/// What stands in a usage type and as component, by use.
const USES: [(Use, &str, &str); 8] = [
    (Use::Async, "AsyncInf:", "AsyncInf"),
    (Use::Cluster, "Cluster:", "Cluster"),
    (Use::Hosting, "Host:", "Hosting"),
    (Use::Notebook, "Notebk:", "Notebook"),
    (Use::Processing, "Processing:", "Processing"),
    (Use::Studio, "Studio:JupyterLab-", "Studio-JupyterLab"),
    (Use::Training, "Train:", "Training"),
    (Use::Transform, "Tsform:", "BatchTransform"),
];

fn instance(region: &str, (_, usage, component): (Use, &str, &str), name: &str, amount: &str) -> Product {
    let usage_type = format!("EUW3-{usage}{name}");
    let attributes =
        [("instanceName", name), ("usagetype", &usage_type), ("component", component), ("operation", "RunInstance")];
    product(region, "ML Instance", &attributes, flat("Hrs", amount))
}

/// Every SageMaker type that the built-in table names.
fn types() -> Vec<String> {
    let prices = Prices::default();
    let names = prices.all().into_iter().map(|known| known.name.to_owned()).filter(|name| name.starts_with("ml."));
    names.collect::<BTreeSet<String>>().into_iter().collect()
}

/// A price for every type and use, each another one; and what must be left out.
fn sagemaker(region: &str) -> PriceList {
    let mut products = Vec::new();
    for (at, name) in types().iter().enumerate() {
        for (place, usage) in USES.iter().enumerate() {
            products.push(instance(region, *usage, name, &format!("{}.{place}{:09}0", at + 1, 0)));
        }
        products.push(instance(region, (Use::Training, "TrSpt:", "SpotTraining"), name, "0.0100000000"));
        let mut outpost = instance(region, USES[2], name, "9.0000000000");
        outpost.attributes.retain(|(name, _)| *name != "locationType");
        outpost.attributes.push(("locationType", "AWS Outposts".to_owned()));
        products.push(outpost);
        let mut reserved = instance(region, USES[2], name, "0.5000000000");
        reserved.term = "Reserved";
        products.push(reserved);
        products.push(instance(region, (Use::Hosting, "Host:Free-", "Hosting-Free"), name, "0.0000000000"));
    }
    // Another app of Studio, which is billed alike.
    let kernel = (Use::Studio, "Studio:KernelGateway-", "Studio-Notebook");
    products.push(instance(region, kernel, "ml.m5.large", "0.1150000000"));
    let usage = |usage_type: &str, unit, amount| {
        product(region, "Storage", &[("usagetype", &format!("EUW3-{usage_type}"))], flat(unit, amount))
    };
    products.push(usage("Host:VolumeUsage.gp2", "GB-Mo", "0.1540000000"));
    products.push(usage("Hst:Data-Bytes-Out", "GB", "0.0160000000"));
    products.push(usage("ServerlessInf:Mem-2GB", "seconds", "0.0000400000"));
    products.push(usage("ServerlessInf:Mem-4GB", "seconds", "0.0000800000"));
    products.push(usage("Canvas:Session-Hrs", "Hrs", "1.9000000000"));
    PriceList { offer: "AmazonSageMaker", version: "20261001000000", published: "2026-10-01T00:00:00Z", products }
}

fn written(folder: &Path, name: &str, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> PathBuf {
    let path = folder.join(name);
    let mut file = BufWriter::new(File::create(&path).expect("a file"));
    write(&mut file).expect("the disk has room");
    file.flush().expect("the disk has room");
    path
}

fn imported(folder: &Path, paths: &[PathBuf]) -> (Prices, String) {
    let mut out = Vec::new();
    import(paths, folder, &mut out).unwrap_or_else(|error| panic!("{error}"));
    let prices = of_root(&Files::disk(folder).expect("a folder")).expect("what was written can be read");
    (prices, String::from_utf8(out).expect("text"))
}

fn refused(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = written(folder, name, |out| out.write_all(bytes));
    let error = import(&[path], folder, &mut Vec::new()).expect_err(name).to_string();
    assert!(!folder.join(FILE).exists(), "{name}: nothing is written");
    error.replace(&folder.display().to_string(), "[FOLDER]")
}

fn as_json(list: &PriceList) -> Vec<u8> {
    let mut bytes = Vec::new();
    list.json(&mut bytes).expect("memory");
    bytes
}

fn as_csv(list: &PriceList) -> Vec<u8> {
    let mut bytes = Vec::new();
    list.csv(&mut bytes).expect("memory");
    bytes
}

/// A text in UTF-16, with the mark at its beginning or without.
fn wide(text: &[u8], bytes: fn(u16) -> [u8; 2], marked: bool) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let units = marked.then_some(0xfeff).into_iter().chain(text.encode_utf16());
    units.flat_map(bytes).collect()
}

#[test]
fn after_the_import_of_a_region_every_type_in_it_is_priced() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(!Prices::default().has_region(REGION));
    let path = written(folder.path(), "index.csv", |out| sagemaker(REGION).csv(out));
    let (prices, said) = imported(folder.path(), &[path]);
    let types = types();
    assert!(types.len() > 150 && prices.is_complete(REGION));
    for (at, name) in types.iter().enumerate() {
        for (place, (usage, ..)) in USES.iter().enumerate() {
            let price = prices.sagemaker(REGION, *usage, name).unwrap_or_else(|| panic!("{name} for {usage}"));
            let expected: Usd = format!("{}.{place}", at + 1).parse().expect("an amount");
            assert_eq!((price.usd, price.as_of, price.imported), (expected, "2026-10-01", true), "{name} for {usage}");
        }
        assert_eq!(prices.sagemaker(REGION, Use::WarmPool, name), None, "the list has no warm pools");
    }
    let service = |meter| prices.service(REGION, meter).map(|price| price.usd.to_string());
    assert_eq!(service(Meter::EndpointStorage).as_deref(), Some("0.154"));
    assert_eq!(service(Meter::ServerlessInference2Gb).as_deref(), Some("0.00004"));
    assert_eq!(service(Meter::NotebookStorage), None);
    assert_eq!(service(Meter::NatGateway), None, "another price list has it");
    let count = types.len();
    let head = said.lines().nth(1).expect("a line of what is left out");
    let left_out = format!(
        "  left out: {} on Outposts, in local or Wavelength zones; {count} free; {count} of other terms than on demand; \
         {count} of Spot; 1 that mllint does not price; 1 that repeat another",
        count
    );
    assert_eq!(head, left_out);
    let kept = types.len() * USES.len() + 4;
    let first = format!("AmazonSageMaker 20261001000000, published 2026-10-01: 1,{} prices of {REGION}", kept - 1000);
    assert!(said.lines().next().is_some_and(|line| line.ends_with(&first)), "{said}");
}

#[test]
fn the_form_of_a_price_list_makes_no_difference() {
    let list = sagemaker(REGION);
    let (json, csv) = (as_json(&list), as_csv(&list));
    let packed = |bytes: &[u8]| {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(bytes).expect("memory");
        packer.finish().expect("memory")
    };
    let text = String::from_utf8(json.clone()).expect("text");
    // Another order of the parts, and another order and spelling of the columns.
    let value: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    let mut backwards: Vec<(String, serde_json::Value)> =
        value.as_object().expect("an object").clone().into_iter().collect();
    backwards.reverse();
    let backwards: serde_json::Map<String, serde_json::Value> = backwards.into_iter().collect();
    let spelt = String::from_utf8(csv.clone()).expect("text").replace("\"Region Code\"", "\"regionCode\"");
    let spelt = spelt.replace("\"PricePerUnit\"", "\"Price Per Unit\"").replace("\"Memory\"", "\"Region Code\"");
    let forms = [
        ("index.json", json.clone()),
        ("index.csv", csv.clone()),
        ("index.json.gz", packed(&json)),
        ("packed", packed(&csv)),
        ("mark.json", format!("\u{feff}{text}").into_bytes()),
        ("windows.csv", String::from_utf8(csv).expect("text").replace('\n', "\r\n").into_bytes()),
        ("backwards.json", serde_json::to_vec(&backwards).expect("JSON")),
        ("spelt.csv", spelt.into_bytes()),
    ];
    let mut files = BTreeSet::new();
    for (name, bytes) in forms {
        let folder = tempfile::tempdir().expect("a folder");
        let path = written(folder.path(), name, |out| out.write_all(&bytes));
        let (_, said) = imported(folder.path(), &[path]);
        assert!(said.contains("1 that repeat another"), "{name}: {said}");
        files.insert(fs::read_to_string(folder.path().join(FILE)).expect("a file"));
    }
    assert_eq!(files.len(), 1, "each form gives the same bytes");
}

#[test]
fn imports_add_up_and_renew_what_they_cover() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str, list: &PriceList| written(folder.path(), name, |out| list.json(out));
    let compute = |name: &str, system: &str, amount: &str| {
        let usage_type = format!("EUW3-BoxUsage:{name}");
        let attributes = [
            ("instanceType", name),
            ("operatingSystem", system),
            ("tenancy", "Shared"),
            ("preInstalledSw", "NA"),
            ("capacitystatus", "Used"),
            ("licenseModel", "No License required"),
            ("operation", "RunInstances"),
            ("usagetype", &usage_type),
        ];
        product(REGION, "Compute Instance", &attributes, flat("Hrs", amount))
    };
    let ec2 = PriceList {
        offer: "AmazonEC2",
        version: "2",
        published: "2026-10-02T01:02:03Z",
        products: vec![
            compute("m5.large", "Linux", "0.1120000000"),
            compute("m5.large", "Windows", "0.2040000000"),
            product(REGION, "NAT Gateway", &[("usagetype", "EUW3-NatGateway-Hours")], flat("Hrs", "0.0500000000")),
        ],
    };
    let tiers = vec![
        ("0", "1048576", "GB", "0.0100000000".to_owned()),
        ("1048576", "5242880", "GB", "0.0060000000".to_owned()),
        ("5242880", "Inf", "GB", "0.0040000000".to_owned()),
    ];
    let vpc = PriceList {
        offer: "AmazonVPC",
        version: "3",
        published: "2026-10-03T01:02:03Z",
        products: vec![product(REGION, "VpcEndpoint", &[("usagetype", "EUW3-VpcEndpoint-Bytes")], tiers)],
    };
    let (_, said) = imported(folder.path(), &[path("sm.json", &sagemaker(REGION)), path("ec2.json", &ec2)]);
    assert_eq!(said.matches(", published 2026-10-0").count(), 2, "{said}");
    let mut newer = sagemaker(REGION);
    newer.version = "20261101000000";
    newer.published = "2026-11-01T00:00:00Z";
    newer.products.retain(|product| product.attributes.iter().any(|(_, value)| value == "ml.m5.large"));
    let (prices, said) = imported(folder.path(), &[path("vpc.json", &vpc), path("newer.json", &newer)]);
    assert!(!said.contains("warning"), "{said}");
    let training = |name| prices.sagemaker(REGION, Use::Training, name).map(|price| price.as_of.to_owned());
    assert_eq!(training("ml.m5.large").as_deref(), Some("2026-11-01"));
    assert_eq!(training("ml.m5.xlarge"), None, "the newer list has it no more");
    assert_eq!(prices.ec2(REGION, "m5.large").map(|price| price.usd.to_string()).as_deref(), Some("0.112"));
    assert_eq!(prices.service(REGION, Meter::NatGateway).map(|price| price.source), Some("AmazonEC2 2"));
    let tiers = prices.tiers(REGION, Meter::InterfaceEndpointData);
    let tiers: Vec<String> = tiers.iter().map(|(from, price)| format!("{from} {}", price.usd)).collect();
    assert_eq!(tiers, ["0 0.01", "1048576 0.006", "5242880 0.004"]);
    let (_, said) = imported(folder.path(), &[path("older.json", &sagemaker(REGION))]);
    assert!(said.contains("warning: it takes the place of prices of 2026-11-01, which are newer"), "{said}");
}

#[test]
fn two_prices_for_one_thing_are_named_and_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut list = sagemaker(REGION);
    list.products.push(instance(REGION, USES[6], "ml.m5.large", "77.0000000000"));
    let mut yuan = instance("cn-north-1", USES[6], "ml.m5.large", "0.9");
    yuan.currency = "CNY";
    list.products.push(yuan);
    let path = written(folder.path(), "index.json", |out| list.json(out));
    let (prices, said) = imported(folder.path(), &[path]);
    assert_eq!(prices.sagemaker(REGION, Use::Training, "ml.m5.large"), None);
    assert!(prices.sagemaker(REGION, Use::Hosting, "ml.m5.large").is_some());
    assert!(
        said.contains("warning: `ml.m5.large` for training has two prices in eu-west-3: neither is kept"),
        "{said}"
    );
    assert!(said.contains("1 not in US dollars"), "{said}");
}

#[test]
fn what_is_no_price_list_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let (json, csv) = (as_json(&sagemaker(REGION)), as_csv(&sagemaker(REGION)));
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    let replaced = |from: &str, to: &str| text(&csv).replace(from, to).into_bytes();
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let one = |amounts: &[&str]| {
        let products = amounts.iter().map(|amount| instance(REGION, USES[6], "ml.m5.large", amount)).collect();
        as_csv(&PriceList { products, ..sagemaker(REGION) })
    };
    let packed = {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(&csv).expect("memory");
        packer.finish().expect("memory")
    };
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", Vec::new(), "it is empty"),
        ("page.html", b"<!DOCTYPE html><title>Error</title>".to_vec(), "it is a web page or XML, not a price list"),
        ("denied.xml", b"<Error><Code>AccessDenied</Code>".to_vec(), "it is a web page or XML (access denied)"),
        ("list.zip", b"PK\x03\x04rest".to_vec(), "it is a zip archive: unpack it first"),
        ("half.json", half(&json), "it ends too early, in line "),
        ("half.json.gz", half(&packed), "it ends too early: download it again"),
        ("bad.csv.gz", b"\x1f\x8b\x08\x00garbage that is not packed".to_vec(), "it cannot be unpacked"),
        ("half.csv", csv[..csv.len() - 30].to_vec(), "the file is cut off"),
        ("broken.json", text(&json).replace("\"terms\" :", "\"terms\"").into_bytes(), "expected `:` at line "),
        ("columns.csv", replaced("\"PricePerUnit\"", "\"Price\""), "the column `PricePerUnit` is missing in line 6"),
        ("other.csv", b"name,value\na,1\n".to_vec(), "this is no price list of AWS: no line names the columns"),
        ("offer.csv", replaced("\"OfferCode\",\"AmazonSageMaker\"\n", ""), "the line `OfferCode` is missing"),
        ("date.csv", replaced("2026-10-01T00:00:00Z", "today"), "the price list has no date of publication"),
        ("other.csv", replaced("AmazonSageMaker", "AmazonRDS"), "mllint prices nothing of `AmazonRDS`"),
        ("object.json", b"{\"a\": 1}".to_vec(), "this is no price list of AWS: it has no `offerCode`"),
        ("list.json", b"[1]".to_vec(), "this is no price list of AWS, which is an object or CSV"),
        ("offers.json", b"{\"offers\": {}}".to_vec(), "this is the list of all offers, not a price list"),
        ("regions.json", b"{\"offerCode\": \"a\", \"regions\": {}}".to_vec(), "this is a list of regions"),
        (
            "plans.json",
            b"{\"offerCode\": \"AWSMachineLearningSavingsPlans\", \"products\": [], \"terms\": {}}".to_vec(),
            "a price list of Savings Plans has a list here",
        ),
        (
            "plans.csv",
            replaced("\"AmazonSageMaker\"", "\"ComputeSavingsPlans\""),
            "this is a price list of Savings Plans",
        ),
        ("cut.json", b"{\"offerCode\": \"AmazonEC2\", \"products\": {}}".to_vec(), "it has no `terms`"),
        (
            "deep.json",
            "[{\"a\":".repeat(400).replacen('[', "", 1).into_bytes(),
            "a text is longer than 1024 KiB, or the nesting too deep",
        ),
        (
            "long.json",
            format!("{{\"offerCode\": \"{}\"}}", "a".repeat(2 << 20)).into_bytes(),
            "a text is longer than 1024 KiB, or the nesting too deep",
        ),
        ("bytes.csv", vec![0xff; 100], "this is no price list of AWS"),
        ("wide.csv", wide(&csv, u16::to_le_bytes, true), "it is not UTF-8 but looks like UTF-16: save it as UTF-8"),
        ("wide.json", wide(&json, u16::to_be_bytes, true), "it is not UTF-8 but looks like UTF-16"),
        ("no-mark.csv", wide(&csv, u16::to_le_bytes, false), "it is not UTF-8 but looks like UTF-16"),
        ("twice.csv", one(&["0.5", "0.6"]), "has no price that mllint uses: 1 with two prices"),
        ("nothing.csv", one(&[]), "has no price that mllint uses: it has no product"),
        ("negative.csv", one(&["-0.5"]), "has no price that mllint uses: 1 with a price that is no number"),
        ("nan.csv", one(&["NaN", "Infinity", "1e400", "$1", ""]), ": 5 with a price that is no number"),
        ("zero.csv", one(&["0.0000000000"]), "has no price that mllint uses: 1 free"),
        ("comma.csv", one(&["0,5"]), "has no price that mllint uses: 1 with a price that is no number"),
    ];
    for (name, bytes, said) in cases {
        let error = refused(folder, name, &bytes);
        assert!(error.starts_with(&format!("cannot import `[FOLDER]/{name}`: ")), "{error}");
        assert!(error.contains(said), "{name}: {error}");
    }
    let missing = import(&[folder.join("none.csv")], folder, &mut Vec::new()).expect_err("it is missing");
    assert!(missing.to_string().ends_with("there is no such file"));
    let is_folder = import(&[folder.to_path_buf()], folder, &mut Vec::new()).expect_err("it is a folder");
    assert!(is_folder.to_string().ends_with("it is not a file"));
}

#[test]
fn a_row_that_is_no_price_spoils_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut list = sagemaker(REGION);
    let count = list.products.len();
    list.products.extend(["-1", "NaN", "1e400", ""].map(|amount| instance(REGION, USES[6], "ml.new.large", amount)));
    list.products.push(instance(REGION, USES[6], "ml.small.large", "1.15E-1"));
    list.products.push(instance("us,east", USES[6], "ml.m5.large", "1"));
    list.products.push(instance(REGION, USES[6], "ml.odd large", "1"));
    let path = written(folder.path(), "index.json", |out| list.json(out));
    let (prices, said) = imported(folder.path(), &[path]);
    assert!(
        said.contains("4 with a price that is no number") && said.contains("2 of a region or type with an odd name"),
        "{said}"
    );
    let training = |name| prices.sagemaker(REGION, Use::Training, name).map(|price| price.usd.to_string());
    assert_eq!((training("ml.new.large"), training("ml.small.large").as_deref()), (None, Some("0.115")));
    assert!(training("ml.m5.large").is_some() && count > 1000);
}

#[test]
fn a_broken_file_of_prices_is_told_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let broken = format!("{HEADER}\nec2,us-east-1,,m5.large,,free,AmazonEC2 1,2026-10-01\n");
    fs::write(folder.path().join(FILE), &broken).expect("a file");
    let path = written(folder.path(), "index.csv", |out| sagemaker(REGION).csv(out));
    let error = import(&[path], folder.path(), &mut Vec::new()).expect_err("it is broken").to_string();
    assert!(error.starts_with("`mllint-prices.csv` is broken: line 2: `free` is no amount"), "{error}");
    assert_eq!(fs::read_to_string(folder.path().join(FILE)).expect("a file"), broken);
}

/// `PRICE_LIST=index.json PRICE_LIST_MB=100 cargo test --test prices large` keeps such a file, to time an import of it.
#[test]
fn a_large_price_list_is_read_as_it_comes() {
    let megabytes: usize = std::env::var("PRICE_LIST_MB").map_or(Ok(2), |size| size.parse()).expect("a size");
    let folder = tempfile::tempdir().expect("a folder");
    let path = std::env::var_os("PRICE_LIST").map_or_else(|| folder.path().join("index.json"), PathBuf::from);
    // Most of a price list of EC2 is of no use to us.
    let noise = |at: usize| {
        let usage_type = format!("EUW3-DedicatedUsage:m5.{at}xlarge");
        let attributes =
            [("instanceType", "m5.large"), ("tenancy", "Dedicated"), ("usagetype", &usage_type), ("memory", "8 GiB")];
        product(REGION, "Compute Instance", &attributes, flat("Hrs", "0.1234000000"))
    };
    let mut list = sagemaker(REGION);
    let small = as_json(&list).len();
    let one = as_json(&PriceList { products: vec![noise(1)], ..list.clone() }).len();
    list.products.extend((0..(megabytes << 20).saturating_sub(small) / one).map(noise));
    let is_csv = path.extension().is_some_and(|extension| extension == "csv");
    let mut file = BufWriter::new(File::create(&path).expect("a file"));
    if is_csv { list.csv(&mut file) } else { list.json(&mut file) }.expect("the disk has room");
    file.flush().expect("the disk has room");
    let (prices, _) = imported(folder.path(), &[path]);
    assert!(prices.is_complete(REGION) && prices.sagemaker(REGION, Use::Hosting, "ml.m5.large").is_some());
}
