//! Addresses taken apart: the calls that lead to a resource, its block, its key.

/// A step of an address: a module call or the resource itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::read::terraform) struct Step<'a> {
    /// `module.net`, `aws_vpc.main`, `data.aws_vpc.main`.
    pub(in crate::read::terraform) name: &'a str,
    /// What stands between the brackets, quotes included: `0`, `"a"`, `*`.
    pub(in crate::read::terraform) key: Option<&'a str>,
}

/// The steps of an address, outermost first.
pub(in crate::read::terraform) fn steps(address: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut rest = address;
    while !rest.is_empty() {
        let words = match rest.split('.').next() {
            Some("data" | "ephemeral") => 3,
            _ => 2,
        };
        let end = name_end(rest, words);
        let (name, behind) = rest.split_at(end);
        let (key, behind) = key_of(behind);
        steps.push(Step { name, key });
        rest = behind.strip_prefix('.').unwrap_or(behind);
        if rest.len() == behind.len() && !rest.is_empty() {
            // No address goes on without a dot: take the rest as it is.
            steps.push(Step { name: rest, key: None });
            break;
        }
    }
    steps
}

/// Where a name of so many words ends: at its last dot or at a bracket.
fn name_end(text: &str, words: usize) -> usize {
    let mut dots = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '[' => return at,
            '.' => {
                dots += 1;
                if dots == words {
                    return at;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// The key in brackets at the start of a text, and what is behind it.
fn key_of(text: &str) -> (Option<&str>, &str) {
    let Some(inner) = text.strip_prefix('[') else { return (None, text) };
    let (mut quoted, mut escaped) = (false, false);
    for (at, letter) in inner.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ']' if !quoted => return (Some(&inner[..at]), &inner[at + 1..]),
            _ => {}
        }
    }
    (Some(inner), "")
}

/// How well an instance fits a reference to its block from another instance: how many of the calls on the way to both
/// are the same, and whether their last keys are.
pub(super) fn nearness(from: &str, to: &str) -> (usize, bool) {
    let (from, to) = (steps(from), steps(to));
    let shared = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
    let last = |steps: &[Step<'_>]| steps.iter().rev().find_map(|step| step.key.map(str::to_owned));
    (shared, last(&from).is_some() && last(&from) == last(&to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::without_keys;

    fn taken_apart(address: &str) -> Vec<(&str, Option<&str>)> {
        steps(address).into_iter().map(|step| (step.name, step.key)).collect()
    }

    #[test]
    fn addresses_are_taken_apart_at_their_dots_but_not_within_keys() {
        assert_eq!(taken_apart("aws_vpc.main"), [("aws_vpc.main", None)]);
        assert_eq!(
            taken_apart(r#"module.net["a.b]\""].module.inner[0].data.aws_vpc.main[*]"#),
            [("module.net", Some(r#""a.b]\"""#)), ("module.inner", Some("0")), ("data.aws_vpc.main", Some("*"))]
        );
        assert_eq!(without_keys(r#"module.net["a.b]\""].aws_vpc.main[0]"#), "module.net.aws_vpc.main");
    }

    #[test]
    fn broken_addresses_end() {
        for broken in ["", ".", "[", "a[", "a[\"", "a]b.c", "module.", "module.a[0]b", "data"] {
            assert!(steps(broken).len() <= 3, "{broken}");
        }
    }

    #[test]
    fn the_same_key_is_nearest() {
        let from = r#"module.store["b"].aws_x.side["k"]"#;
        assert_eq!(nearness(from, r#"module.store["b"].aws_s3_bucket.this["k"]"#), (1, true));
        assert_eq!(nearness(from, r#"module.store["a"].aws_s3_bucket.this["k"]"#), (0, true));
        assert_eq!(nearness(r#"aws_x.side["a"]"#, r#"module.store["a"].aws_s3_bucket.this"#), (0, true));
        assert_eq!(nearness("aws_x.side", "aws_s3_bucket.this[0]"), (0, false));
    }
}
