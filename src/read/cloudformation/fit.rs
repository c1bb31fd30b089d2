//! Names of exports and imports with holes in them: which may be the same.

/// Where a hole is, in the letters of a name.
const HOLE: char = '\0';

/// Letters of a name that are compared; real ones have 255 at most.
const MAX_LENGTH: usize = 512;

/// Letters or digits that two names with holes must share at their beginning or end.
const MIN_SHARED: usize = 2;

/// A name, which may have holes: `${Stack}-VpcId`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Pattern(Vec<char>);

impl Pattern {
    /// Takes a name apart; nothing for one that is too long.
    pub(super) fn of(name: &str) -> Option<Self> {
        let (mut letters, mut rest) = (Vec::new(), name);
        while let Some((before, after)) = rest.split_once("${") {
            letters.extend(before.chars());
            let (mut depth, mut end) = (1_usize, after.len());
            for (at, letter) in after.char_indices() {
                match letter {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => continue,
                }
                if depth == 0 {
                    end = at + 1;
                    break;
                }
            }
            if letters.last() != Some(&HOLE) {
                letters.push(HOLE);
            }
            rest = &after[end..];
        }
        letters.extend(rest.chars());
        (letters.len() <= MAX_LENGTH).then_some(Self(letters))
    }

    /// Whether it has a hole.
    pub(super) fn is_open(&self) -> bool {
        self.0.contains(&HOLE)
    }

    /// What comparing it with another costs.
    pub(super) fn cost(&self, other: &Self) -> usize {
        self.0.len() * other.0.len()
    }

    /// Whether both may be the same name, and share so much that it is no accident.
    pub(super) fn fits(&self, other: &Self) -> bool {
        let (own, others) = (&self.0, &other.0);
        let head = |name: &[char]| name.iter().take_while(|letter| **letter != HOLE).copied().collect::<Vec<_>>();
        let tail = |name: &[char]| name.iter().rev().take_while(|letter| **letter != HOLE).copied().collect::<Vec<_>>();
        let shared = |left: &[char], right: &[char]| {
            let same = left.iter().zip(right).take_while(|(left, right)| left == right);
            same.filter(|(letter, _)| letter.is_alphanumeric()).count()
        };
        let heads = shared(&head(own), &head(others));
        let tails = shared(&tail(own), &tail(others));
        heads.max(tails) >= MIN_SHARED && may_be_equal(own, others)
    }
}

/// Whether some filling of the holes makes both the same.
fn may_be_equal(left: &[char], right: &[char]) -> bool {
    // `row[j]`: whether what is left from here can equal what is right from `j`.
    let width = right.len();
    let mut below = vec![false; width + 1];
    for i in (0..=left.len()).rev() {
        let mut row = vec![false; width + 1];
        for j in (0..=width).rev() {
            let (own, other) = (left.get(i), right.get(j));
            row[j] = match (own, other) {
                (None, None) => true,
                (Some(&HOLE), _) => below[j] || j < width && row[j + 1],
                (_, Some(&HOLE)) => row[j + 1] || own.is_some() && below[j],
                (Some(own), Some(other)) => own == other && below[j + 1],
                _ => false,
            };
        }
        below = row;
    }
    below[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_where_holes_can_be_filled_so_that_they_are_the_same() {
        let fits = |left: &str, right: &str| {
            let (left, right) = (Pattern::of(left).expect("short"), Pattern::of(right).expect("short"));
            assert_eq!(left.fits(&right), right.fits(&left), "it is the same both ways");
            left.fits(&right)
        };
        assert!(fits("${Stack}-VpcId", "${AWS::StackName}-VpcId"));
        assert!(fits("network-VpcId", "${AWS::StackName}-VpcId"));
        assert!(fits("${A}-${B}-VpcId", "${AWS::StackName}-VpcId"));
        assert!(fits("${A${B}}-VpcId", "x-VpcId"));
        assert!(fits("ml-${A}-id", "ml-${B}"));
        assert!(!fits("${Stack}-VpcId", "${AWS::StackName}-PrivateVpcId"));
        assert!(!fits("${Stack}-VpcId", "${AWS::StackName}-SubnetId"));
        assert!(!fits("net-${A}", "${B}-vpc"), "they share nothing");
        assert!(!fits("${A}", "${B}") && !fits("${A}", "network"));
        assert!(!fits("ml-${A}-x", "ml-y"));
        assert!(Pattern::of(&"x".repeat(600)).is_none());
    }
}
