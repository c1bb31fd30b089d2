//! The names that somebody may have meant who wrote one that does not exist.

/// At most three of the valid names, the nearest first.
pub fn nearest<'n>(name: &str, valid: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    const NEAR: f64 = 0.8;
    let nearness = |valid: &str| {
        let holds = name.len() > 2 && valid.contains(name);
        if holds { 0.99 } else { strsim::jaro_winkler(name, valid) }
    };
    let near = valid.into_iter().map(|valid| (nearness(valid), valid)).filter(|&(nearness, _)| nearness >= NEAR);
    let mut near: Vec<(f64, &str)> = near.collect();
    near.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(right.1)));
    near.dedup_by(|left, right| left.1 == right.1);
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Longer names are not compared letter by letter: nobody reads them so.
const LONGEST: usize = 64;
/// Names of fewer letters than these are near to others by chance.
const LONG: usize = 8;

/// In how many letters a name may differ from another one to be a slip of the pen for it.
pub fn typos(name: &str) -> usize {
    if name.len() < LONG { 1 } else { 2 }
}

/// The valid name that was meant by one with a slip of the pen: the only one of those nearest to it, at most `most`
/// letters away (left out, put in, replaced, or two of them exchanged). Of several that are as near none was meant.
pub fn meant<'n>(name: &str, most: usize, valid: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let far = |valid: &&'n str| {
        (name.len() <= LONGEST && name.len().abs_diff(valid.len()) <= most * 4)
            .then(|| strsim::osa_distance(name, valid))
            .filter(|far| *far <= most)
    };
    let mut near: Vec<(usize, &str)> = valid.into_iter().filter_map(|valid| Some((far(&valid)?, valid))).collect();
    near.sort_unstable();
    near.dedup();
    let &(nearest, meant) = near.first()?;
    near.get(1).is_none_or(|&(next, _)| next > nearest).then_some(meant)
}

/// The question after an unknown name: "did you mean `a` or `b`?"; nothing where no name is near.
pub fn did_you_mean<'n>(name: &str, valid: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let names: Vec<String> = nearest(name, valid).into_iter().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| format!("did you mean {}?", names.join(" or ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_brings_what_was_meant() {
        let names = ["instance_type", "region", "vpc_id"];
        assert_eq!(did_you_mean("regoin", names).as_deref(), Some("did you mean `region`?"));
        assert_eq!(nearest("vpc", names), ["vpc_id"]);
        assert_eq!(did_you_mean("q", names), None);
    }

    #[test]
    fn a_slip_of_the_pen_means_one_name() {
        let names = ["epochs", "eta", "num_round", "num_rounds"];
        assert_eq!(meant("epocsh", 1, names), Some("epochs"));
        assert_eq!(meant("num_roundd", 2, names), None, "two are as near");
        assert_eq!(meant("eta", 1, names.into_iter().chain(names)), Some("eta"), "a name that is there twice is one");
        assert_eq!(meant("épochs", typos("épochs"), names), Some("epochs"));
        assert_eq!(meant("beta_1", 1, names), None);
        assert_eq!((typos("eta"), typos("num_round")), (1, 2));
        assert_eq!(meant(&"e".repeat(65), 2, [&*"e".repeat(64)]), None);
    }
}
