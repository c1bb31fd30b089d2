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
}
