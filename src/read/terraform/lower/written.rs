//! Properties by CloudFormation's names → the arguments and blocks of Terraform that set them: the way back.

use serde_json::Value as Json;

use super::names::Names;
use crate::{
    catalog::terraform::{Mapping, Shape, cloud_control_kind, mapping, parts},
    source::Span,
    syntax::hcl::{Block, edit::Item},
};

/// Deeper than this no property is.
const MAX_DEPTH: usize = 12;

/// What would set a property.
pub enum Written<'b> {
    /// A new argument or block within a block that is there.
    Within(&'b Block, Item),
    /// A new resource beside the block: its type, the argument that names this one, and what else it says.
    Beside(&'static str, &'static str, Vec<Item>),
}

/// What sets a property of a resource block that does not have it yet; nothing where Terraform has no such argument, or
/// where something is in the way. What the way back comes to is what the way forth is made of, or it is nothing.
pub fn setting<'b>(block: &'b Block, path: &str, value: &Json) -> Option<Written<'b>> {
    let name = &*block.labels.first()?.text;
    for (part, joins) in parts().filter(|(_, joins)| joins.with == name) {
        let way = Way { names: Names::of(Some(part), part.name, false), mapping: Some(part), is_part: true };
        if let Some(items) = way.items(&mut Vec::new(), path, value, 0) {
            return Some(Written::Beside(part.name, joins.by, items));
        }
    }
    let way = Way::of(block)?;
    let (block, mut items) = match way.item_of(block, path) {
        Some((inner, mut blocks, rest)) => way.within(inner, &mut blocks, rest, value, 1)?,
        None if path.contains('[') => return None,
        None => way.within(block, &mut Vec::new(), path, value, 0)?,
    };
    (items.len() == 1).then(|| Written::Within(block, items.remove(0)))
}

/// The argument or block that sets a property of a resource block.
pub fn place(block: &Block, path: &str) -> Option<Span> {
    let way = Way::of(block)?;
    match way.item_of(block, path) {
        Some((inner, mut blocks, rest)) => way.place(inner, &mut blocks, rest, 1),
        None if path.contains('[') => None,
        None => way.place(block, &mut Vec::new(), path, 0),
    }
}

struct Way<'n> {
    names: Names<'n>,
    mapping: Option<&'static Mapping>,
    /// Whether it is of a part of the resource: then only what the table lists is an argument of it for certain.
    is_part: bool,
}

impl<'n> Way<'n> {
    fn of(block: &'n Block) -> Option<Self> {
        let name = &*block.labels.first()?.text;
        // Nested attributes of the Cloud Control provider are no blocks.
        let mapping = mapping(name).filter(|_| cloud_control_kind(name).is_none())?;
        Some(Self { names: Names::of(Some(mapping), mapping.kind, false), mapping: Some(mapping), is_part: false })
    }

    /// The block that an item of a list is written as, with the names of the blocks down to it and what is left of the path:
    /// `ProductionVariants[1].InstanceType` is in the second `production_variants`.
    fn item_of<'b, 'p>(&self, block: &'b Block, path: &'p str) -> Option<(&'b Block, Vec<Box<str>>, &'p str)> {
        let (list, rest) = path.split_once('[')?;
        let (at, rest) = rest.split_once("].")?;
        let (at, name) =
            (at.parse::<usize>().ok()?, self.candidates(&[], list).into_iter().find(|found| found.1 == list)?.0);
        if list.contains('.') || block.body.blocks.iter().any(|inner| &*inner.kind == "dynamic") {
            return None;
        }
        let inner = block.body.blocks.iter().filter(|inner| *inner.kind == *name).nth(at)?;
        Some((inner, vec![name.into()], rest))
    }

    /// The arguments that may lead to a property, each with the path and form that it has.
    fn candidates(&self, blocks: &[Box<str>], path: &str) -> Vec<(String, String, Shape)> {
        let first = path.split('.').next().unwrap_or(path);
        let listed = self.mapping.into_iter().flat_map(|mapping| &mapping.names);
        let named = listed.filter_map(|(known, _)| known.rsplit('.').next()).filter(|name| *name != "*");
        let by_rule = (!self.is_part || !blocks.is_empty()).then(|| snake(first));
        let mut names: Vec<String> = named.map(str::to_owned).collect();
        names.sort();
        names.dedup();
        // What the table lists goes before what the rule makes of the name: it is there because the rule is wrong.
        let by_rule = by_rule.filter(|name| !names.contains(name));
        names.extend(by_rule);
        let fits = |name: String| {
            let (known, property) = self.names.property(blocks, &name)?;
            let leads =
                known == path || path.starts_with(&format!("{known}.")) || known.starts_with(&format!("{path}."));
            (leads && !property.outer).then_some((name, known, property.shape))
        };
        let mut found: Vec<(String, String, Shape)> = names.into_iter().filter_map(fits).collect();
        // The longest path first: it says most.
        found.sort_by_key(|(_, known, _)| std::cmp::Reverse(known.len()));
        found
    }

    /// The innermost block that is there already on the way to a property, and what is missing in it.
    fn within<'b>(
        &self,
        block: &'b Block,
        blocks: &mut Vec<Box<str>>,
        path: &str,
        value: &Json,
        depth: usize,
    ) -> Option<(&'b Block, Vec<Item>)> {
        if depth > MAX_DEPTH {
            return None;
        }
        for (name, known, _) in self.candidates(blocks, path) {
            let same = |inner: &&Block| *inner.kind == *name;
            let is_dynamic = |inner: &Block| {
                &*inner.kind == "dynamic" && inner.labels.first().is_some_and(|label| *label.text == *name)
            };
            if block.body.attribute(&name).is_some() || block.body.blocks.iter().any(is_dynamic) {
                return None;
            }
            let there: Vec<&Block> = block.body.blocks.iter().filter(same).collect();
            match (&there[..], path.strip_prefix(&format!("{known}."))) {
                ([], _) => {}
                ([only], Some(rest)) => {
                    blocks.push(name.into());
                    return self.within(only, blocks, rest, value, depth + 1);
                }
                _ => return None,
            }
        }
        Some((block, self.items(blocks, path, value, depth)?))
    }

    /// The arguments and blocks that set a property.
    fn items(&self, blocks: &mut Vec<Box<str>>, path: &str, value: &Json, depth: usize) -> Option<Vec<Item>> {
        if depth > MAX_DEPTH {
            return None;
        }
        for (name, known, shape) in self.candidates(blocks, path) {
            if known == path {
                return self.item(blocks, name, shape, value, depth);
            }
            if let Some(rest) = path.strip_prefix(&format!("{known}.")) {
                if !matches!(shape, Shape::Plain) {
                    continue;
                }
                blocks.push(name.as_str().into());
                let inner = self.items(blocks, rest, value, depth + 1);
                blocks.pop();
                return Some(vec![Item::Block(name, inner?)]);
            }
        }
        // What is one object there may be several arguments here.
        let Json::Object(entries) = value else { return None };
        let each = entries.iter().map(|(name, value)| self.items(blocks, &format!("{path}.{name}"), value, depth + 1));
        let items = each.collect::<Option<Vec<_>>>()?.concat();
        (!items.is_empty()).then_some(items)
    }

    fn item(
        &self,
        blocks: &mut Vec<Box<str>>,
        name: String,
        shape: Shape,
        value: &Json,
        depth: usize,
    ) -> Option<Vec<Item>> {
        let attribute = |value: Json| Some(vec![Item::Attribute(name.clone(), value)]);
        let mut block = |value: &Json| {
            let Json::Object(entries) = value else { return None };
            blocks.push(name.as_str().into());
            let inner = entries.iter().map(|(name, value)| self.items(blocks, name, value, depth + 1));
            let inner = inner.collect::<Option<Vec<_>>>();
            blocks.pop();
            Some(Item::Block(name.clone(), inner?.concat()))
        };
        match (shape, value) {
            (Shape::Plain, Json::Object(_)) => Some(vec![block(value)?]),
            (Shape::Plain, Json::Array(items)) if items.iter().any(|item| item.is_object() || item.is_array()) => None,
            (Shape::Plain, _) | (Shape::Verbatim, Json::Object(_)) => attribute(value.clone()),
            (Shape::Blocks, Json::Array(items)) => items.iter().map(block).collect(),
            (Shape::Switch(on, _), Json::String(text)) if text == on => attribute(Json::from(true)),
            (Shape::Switch(_, off), Json::String(text)) if text == off => attribute(Json::from(false)),
            _ => None,
        }
    }

    fn place(&self, block: &Block, blocks: &mut Vec<Box<str>>, path: &str, depth: usize) -> Option<Span> {
        if depth > MAX_DEPTH {
            return None;
        }
        for (name, known, _) in self.candidates(blocks, path) {
            let same: Vec<&Block> = block.body.blocks.iter().filter(|inner| *inner.kind == *name).collect();
            if let Some(attribute) = block.body.attribute(&name).filter(|_| known == path && same.is_empty()) {
                return Some(Span { start: attribute.name_span.start, end: attribute.value.span.end });
            }
            match (&same[..], path.strip_prefix(&format!("{known}."))) {
                ([only], None) if known == path => return Some(only.span),
                ([only], Some(rest)) => {
                    blocks.push(name.into());
                    return self.place(only, blocks, rest, depth + 1);
                }
                _ => {}
            }
        }
        None
    }
}

/// A name as Terraform would write it by the rule: `VolumeSizeInGB` → `volume_size_in_gb`.
fn snake(property: &str) -> String {
    let letters: Vec<char> = property.chars().collect();
    let mut name = String::with_capacity(property.len() + 8);
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1);
        let begins = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() || after.is_some_and(|after| after.is_ascii_lowercase())
            });
        if begins {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::syntax::{hcl::parse, text::edited};

    fn set(text: &str, path: &str, value: Json) -> Option<String> {
        let parsed = parse(text);
        match setting(&parsed.body.blocks[0], path, &value)? {
            Written::Within(block, item) => edited(text, &crate::syntax::hcl::edit::insert(text, block, &item)?),
            Written::Beside(kind, by, items) => Some(format!("{kind} by {by}: {items:?}")),
        }
    }

    #[test]
    fn names_lead_back() {
        let notebook = "resource \"aws_sagemaker_notebook_instance\" \"n\" {\n  instance_type = \"ml.t3.medium\"\n}\n";
        let with = |line: &str| Some(notebook.replace("}\n", &format!("{line}\n}}\n")));
        assert_eq!(set(notebook, "RootAccess", json!("Disabled")), with("  root_access   = \"Disabled\""));
        assert_eq!(set(notebook, "VolumeSizeInGB", json!(20)), with("  volume_size   = 20"));
        assert_eq!(set(notebook, "InstanceType", json!("ml.t3.large")), None, "it is there");
        assert_eq!(
            set(notebook, "InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion", json!("2")),
            with(
                "\n  instance_metadata_service_configuration {\n    minimum_instance_metadata_service_version = \"2\"\n  }"
            )
        );
    }

    #[test]
    fn a_block_that_is_there_takes_more_in() {
        let job = "resource \"aws_sagemaker_training_job\" \"j\" {\n  checkpoint_config {\n    local_path = \"/opt\"\n  }\n}\n";
        assert_eq!(
            set(job, "CheckpointConfig.S3Uri", json!("s3://b/c")),
            Some(job.replace("\"/opt\"\n", "\"/opt\"\n    s3_uri     = \"s3://b/c\"\n"))
        );
        let block = &parse(job).body.blocks[0];
        let at = place(block, "CheckpointConfig.LocalPath").expect("the argument");
        assert_eq!(&job[at.range()], "local_path = \"/opt\"");
        assert!(place(block, "CheckpointConfig").is_some_and(|at| job[at.range()].starts_with("checkpoint_config {")));
        assert_eq!(place(block, "RoleArn"), None);
    }

    #[test]
    fn what_is_a_resource_of_its_own_stands_beside() {
        let rules = json!([{"BucketKeyEnabled": true, "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]);
        let value = json!({ "ServerSideEncryptionConfiguration": rules });
        let Some(said) = set("resource \"aws_s3_bucket\" \"b\" {\n}\n", "BucketEncryption", value) else {
            panic!("Terraform has it")
        };
        assert!(
            said.starts_with("aws_s3_bucket_server_side_encryption_configuration by bucket: [Block(\"rule\""),
            "{said}"
        );
        assert!(said.contains("bucket_key_enabled") && said.contains("sse_algorithm"), "{said}");
    }

    #[test]
    fn names_of_capitals_are_taken_apart() {
        for (name, snaked) in [("S3Uri", "s3_uri"), ("VolumeSizeInGB", "volume_size_in_gb"), ("KMSKeyId", "kms_key_id")]
        {
            assert_eq!(snake(name), snaked);
        }
    }
}
