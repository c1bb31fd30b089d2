//! Conditions that stay undecided, and the worlds in which they hold or not.

use std::{cell::Cell, cell::RefCell, fmt, hash::Hash, sync::Arc};

use siphasher::sip128::{Hasher128, SipHasher13};

use crate::finding::Confidence;

/// Yes, no, or it cannot be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tri {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// It cannot be known from what was read.
    Unknown,
}

impl Tri {
    /// The answer to a question that was decided.
    pub fn of(answer: bool) -> Self {
        if answer { Self::Yes } else { Self::No }
    }

    /// Holds for certain.
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// Does not hold for certain.
    pub fn is_no(self) -> bool {
        self == Self::No
    }

    /// Both hold.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }

    /// One of them holds.
    pub fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    /// The opposite.
    #[allow(clippy::should_implement_trait, reason = "reads as the two beside it")]
    pub fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// How an undecided question comes out as the files stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Usual {
    /// Nothing tells.
    #[default]
    Open,
    /// It does not hold, by a default that whoever deploys the files may replace.
    No,
    /// It does not hold, by a default that is not for these files to choose: others call them.
    LeftToCallers,
    /// It does or does not hold, by the default of a flag or of an environment variable, which a run may have otherwise.
    LeftToRuns(bool),
    /// It does not hold unless somebody gives what has no default: the default is that it is not given.
    Unset,
    /// It does or does not hold, by a default that a run may have otherwise; what there is only then counts as well.
    Switched(bool),
}

/// How a question ends that asks whether somebody gives something at all.
pub const IS_GIVEN: &str = " is given";

impl Usual {
    /// How the question comes out where nobody replaces a default; nothing if none decides it.
    pub fn by_default(self) -> Option<bool> {
        match self {
            Self::Open | Self::Switched(_) => None,
            Self::No | Self::LeftToCallers | Self::Unset => Some(false),
            Self::LeftToRuns(holds) => Some(holds),
        }
    }

    /// Whether the question is not more than whether a variable has its default.
    fn is_of_variable(self) -> bool {
        matches!(self, Self::No | Self::LeftToCallers)
    }
}

/// One undecided question: is `subject` true, or is it equal to a text?
///
/// Two atoms with the same subject ask about the same run-time value; `equals` texts of one subject exclude each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Atom {
    /// Identity of the value that is asked about, unique within a run, never shown.
    pub subject: Arc<str>,
    /// The text it is compared with; nothing asks whether it is true.
    pub equals: Option<Arc<str>>,
    /// All texts the value can have, if its declaration lists them.
    pub domain: Option<Arc<[Arc<str>]>>,
    /// The question as a reader knows it: `IsProd`, `use_spot`.
    pub display: Arc<str>,
    /// How it comes out as the files stand.
    pub usual: Usual,
}

impl Atom {
    /// Whether both are the same question, however it comes out by default.
    pub fn is_same(&self, other: &Self) -> bool {
        self.subject == other.subject && self.equals == other.equals
    }
}

/// A condition over atoms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    /// Always.
    True,
    /// Never.
    False,
    /// When the atom holds.
    Atom(Arc<Atom>),
    /// When the inner one does not hold.
    Not(Arc<Formula>),
    /// When all hold.
    All(Arc<[Formula]>),
    /// When one holds.
    Any(Arc<[Formula]>),
}

/// A formula has at most so many parts; one that is put together from more is one question of its own. Formulas that
/// mention each other twice double with every step, and a rule reads each of them thousands of times.
const MAX_PARTS: usize = 256;
/// The subject of a question that stands for too many others begins so.
const BEYOND: &str = "too many conditions ";

impl Formula {
    /// A formula that is decided.
    pub fn decided(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }

    /// The opposite.
    #[must_use]
    pub fn negated(&self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Not(inner) => inner.as_ref().clone(),
            other => Self::Not(Arc::new(other.clone())),
        }
    }

    /// The formula in which the questions about one subject mean their opposite.
    #[must_use]
    pub fn inverted(&self, subject: &str) -> Self {
        match self {
            Self::Atom(atom) if *atom.subject == *subject => self.negated(),
            Self::True | Self::False | Self::Atom(_) => self.clone(),
            Self::Not(inner) => inner.inverted(subject).negated(),
            Self::All(parts) => parts.iter().fold(Self::True, |all, part| all.and(&part.inverted(subject))),
            Self::Any(parts) => parts.iter().fold(Self::False, |any, part| any.or(&part.inverted(subject))),
        }
    }

    /// Both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, one) | (one, Self::True) => one.clone(),
            (one, two) if one == two => one.clone(),
            (one, two) => Self::bounded(Self::All(Arc::new([one.clone(), two.clone()]))),
        }
    }

    /// One of both.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::False, one) | (one, Self::False) => one.clone(),
            (one, two) if one == two => one.clone(),
            (one, two) => Self::bounded(Self::Any(Arc::new([one.clone(), two.clone()]))),
        }
    }

    /// Whether it holds only where a default is replaced.
    pub fn is_unusual(&self) -> bool {
        self.by_default() == Some(false)
    }

    /// How it comes out where nobody replaces a default; nothing if defaults do not decide it.
    pub fn by_default(&self) -> Option<bool> {
        self.eval(&|atom| atom.usual.by_default()).ok()
    }

    /// Does something with each of its questions.
    pub fn each_atom(&self, run: &mut dyn FnMut(&Arc<Atom>)) {
        match self {
            Self::True | Self::False => {}
            Self::Atom(atom) => run(atom),
            Self::Not(inner) => inner.each_atom(run),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.each_atom(run)),
        }
    }

    /// The formula with something else in the place of each of its questions.
    #[must_use]
    pub fn with_atoms(&self, instead: &mut dyn FnMut(&Arc<Atom>) -> Self) -> Self {
        match self {
            Self::True | Self::False => self.clone(),
            Self::Atom(atom) => instead(atom),
            Self::Not(inner) => inner.with_atoms(instead).negated(),
            Self::All(parts) => parts.iter().fold(Self::True, |all, part| all.and(&part.with_atoms(instead))),
            Self::Any(parts) => parts.iter().fold(Self::False, |any, part| any.or(&part.with_atoms(instead))),
        }
    }

    /// Whether it asks a question of some kind.
    pub fn any_atom(&self, is_it: &dyn Fn(&Arc<Atom>) -> bool) -> bool {
        match self {
            Self::True | Self::False => false,
            Self::Atom(atom) => is_it(atom),
            Self::Not(inner) => inner.any_atom(is_it),
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.any_atom(is_it)),
        }
    }

    /// How another formula comes out wherever this one holds, as far as single questions of this one tell.
    pub fn decides(&self, other: &Self) -> Option<bool> {
        let known = self.single();
        other.eval(&|atom| known.decide(atom)).ok()
    }

    /// The questions that come out one way wherever it holds.
    pub fn single(&self) -> Assignment {
        let mut known = Assignment::default();
        self.note_single(true, &mut known);
        known
    }

    /// Notes the questions that come out one way wherever it comes out so.
    fn note_single(&self, holds: bool, known: &mut Assignment) {
        match (self, holds) {
            (Self::Atom(atom), _) => known.0.push((atom.clone(), holds)),
            (Self::Not(inner), _) => inner.note_single(!holds, known),
            (Self::All(parts), true) | (Self::Any(parts), false) => {
                parts.iter().for_each(|part| part.note_single(holds, known));
            }
            _ => {}
        }
    }

    /// The formula, in which the questions come out as `usual` tells, if it tells of them.
    #[must_use]
    pub fn with_usual(&self, usual: &dyn Fn(&Atom) -> Option<Usual>) -> Self {
        match self {
            Self::True | Self::False => self.clone(),
            Self::Atom(atom) => match usual(atom).filter(|usual| *usual != atom.usual) {
                Some(usual) => Self::Atom(Arc::new(Atom { usual, ..Atom::clone(atom) })),
                None => self.clone(),
            },
            Self::Not(inner) => Self::Not(Arc::new(inner.with_usual(usual))),
            Self::All(parts) => Self::All(parts.iter().map(|part| part.with_usual(usual)).collect()),
            Self::Any(parts) => Self::Any(parts.iter().map(|part| part.with_usual(usual)).collect()),
        }
    }

    /// Whether too much was put together for it to be evaluated.
    pub fn is_beyond(&self) -> bool {
        self.any_atom(&|atom| atom.subject.starts_with(BEYOND))
    }

    /// The formula, or a question that stands for it: the same one for the same formula.
    fn bounded(self) -> Self {
        if self.parts() <= MAX_PARTS {
            return self;
        }
        let mut hasher = SipHasher13::new();
        self.digest(&mut hasher);
        let subject = format!("{BEYOND}{:032x}", hasher.finish128().as_u128()).into();
        Self::Atom(Arc::new(Atom {
            subject,
            equals: None,
            domain: None,
            display: "many conditions".into(),
            usual: Usual::Open,
        }))
    }

    fn parts(&self) -> usize {
        match self {
            Self::True | Self::False | Self::Atom(_) => 1,
            Self::Not(inner) => 1 + inner.parts(),
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::parts).sum::<usize>() + 1,
        }
    }

    fn digest(&self, hasher: &mut SipHasher13) {
        std::mem::discriminant(self).hash(hasher);
        match self {
            Self::True | Self::False => {}
            Self::Atom(atom) => (&atom.subject, &atom.equals).hash(hasher),
            Self::Not(inner) => inner.digest(hasher),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.digest(hasher)),
        }
    }

    /// Whether it holds, given what decides an atom; else the first atom that is missing for the answer.
    fn eval(&self, decide: &dyn Fn(&Atom) -> Option<bool>) -> Result<bool, Arc<Atom>> {
        match self {
            Self::True => Ok(true),
            Self::False => Ok(false),
            Self::Atom(atom) => decide(atom).ok_or_else(|| atom.clone()),
            Self::Not(inner) => inner.eval(decide).map(|holds| !holds),
            Self::All(parts) => Self::fold(parts, decide, false),
            Self::Any(parts) => Self::fold(parts, decide, true),
        }
    }

    /// `stop` decides the whole as soon as one part has it; an undecided part waits for the others.
    fn fold(parts: &[Self], decide: &dyn Fn(&Atom) -> Option<bool>, stop: bool) -> Result<bool, Arc<Atom>> {
        let mut missing = None;
        for part in parts {
            match part.eval(decide) {
                Ok(holds) if holds == stop => return Ok(stop),
                Ok(_) => {}
                Err(atom) => missing = missing.or(Some(atom)),
            }
        }
        missing.map_or(Ok(!stop), Err)
    }
}

/// Truth values of atoms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment(Vec<(Arc<Atom>, bool)>);

impl Assignment {
    /// This assignment and one atom more.
    #[must_use]
    pub fn with(&self, atom: &Arc<Atom>, holds: bool) -> Self {
        let mut atoms = self.0.clone();
        atoms.push((atom.clone(), holds));
        Self(atoms)
    }

    /// The assigned atoms, in the order in which they were needed.
    pub fn atoms(&self) -> &[(Arc<Atom>, bool)] {
        &self.0
    }

    /// Both together; nothing where they exclude each other.
    #[must_use]
    pub fn and(&self, other: &Self) -> Option<Self> {
        let mut both = self.clone();
        for (atom, holds) in &other.0 {
            match both.decide(atom) {
                Some(known) if known != *holds => return None,
                Some(_) => {}
                None => both.0.push((atom.clone(), *holds)),
            }
        }
        Some(both)
    }

    /// Whether something comes out in it otherwise than it does as the files stand.
    pub fn is_unusual(&self) -> bool {
        self.0.iter().any(|(atom, holds)| atom.usual.by_default().is_some_and(|usual| usual != *holds))
    }

    /// Whether it is one of those in which the files are deployed as they stand.
    pub fn is_as_deployed(&self) -> bool {
        self.0.iter().all(|(atom, holds)| match atom.usual {
            Usual::Open | Usual::LeftToCallers | Usual::Switched(_) => true,
            Usual::No | Usual::Unset => !holds,
            Usual::LeftToRuns(usual) => *holds == usual,
        })
    }

    /// Whether a flag or an environment variable has another value in it than its default, or one that has none is given.
    pub fn replaces_default(&self) -> bool {
        self.0.iter().any(|(atom, holds)| match atom.usual {
            Usual::LeftToRuns(usual) => usual != *holds,
            Usual::Unset => *holds,
            Usual::Open | Usual::No | Usual::LeftToCallers | Usual::Switched(_) => false,
        })
    }

    /// What it says of the questions that defaults decide.
    #[must_use]
    pub fn of_defaults(&self) -> Self {
        Self(self.0.iter().filter(|(atom, _)| atom.usual != Usual::Open).cloned().collect())
    }

    /// Whether something is there in it that is not there by default.
    pub fn is_switched(&self) -> bool {
        self.0.iter().any(|(atom, holds)| matches!(atom.usual, Usual::Switched(usual) if usual != *holds))
    }

    /// What the assignment says of an atom, directly or because texts of one subject exclude each other.
    fn decide(&self, atom: &Atom) -> Option<bool> {
        let mut excluded = 0;
        for (known, holds) in self.0.iter().filter(|(known, _)| known.subject == atom.subject) {
            if known.equals == atom.equals {
                return Some(*holds);
            }
            if known.equals.is_some() && atom.equals.is_some() {
                if *holds {
                    return Some(false);
                }
                let listed = |domain: &Arc<[Arc<str>]>| domain.iter().any(|text| Some(text) == known.equals.as_ref());
                excluded += usize::from(atom.domain.as_ref().is_some_and(listed));
            }
        }
        let domain = atom.domain.as_ref()?;
        let listed = domain.iter().any(|text| Some(text) == atom.equals.as_ref());
        match (listed, atom.equals.is_some()) {
            (true, _) if excluded + 1 == domain.len() => Some(true),
            (false, true) => Some(false),
            _ => None,
        }
    }
}

impl fmt::Display for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let says_more = self.0.iter().any(|(atom, _)| !atom.usual.is_of_variable());
        // That a default is replaced goes without saying where it is said by what.
        let told = self.0.iter().filter(|(atom, holds)| !(*holds && atom.usual.is_of_variable() && says_more));
        // What a value is goes before what it is not.
        let is_told = |atom: &Atom| {
            self.0.iter().any(|(known, holds)| *holds && known.equals.is_some() && known.subject == atom.subject)
        };
        let told = told.filter(|(atom, holds)| *holds || atom.equals.is_none() || !is_told(atom));
        let mut said: Vec<(&str, bool)> = Vec::new();
        for (atom, holds) in told {
            // Several calls may fail, and all are told alike.
            if said.contains(&(&*atom.display, *holds)) {
                continue;
            }
            if !said.is_empty() {
                f.write_str(" and ")?;
            }
            said.push((&atom.display, *holds));
            match (atom.usual.is_of_variable(), holds) {
                (false, _) => match (atom.display.strip_suffix(IS_GIVEN), holds) {
                    (Some(what), true) => write!(f, "{what}{IS_GIVEN}")?,
                    (Some(what), false) => write!(f, "{what} is not given")?,
                    (None, _) => write!(f, "`{}` is {holds}", atom.display)?,
                },
                (true, true) => write!(f, "{} is set otherwise", atom.display)?,
                (true, false) => write!(f, "{} has its default", atom.display)?,
            }
        }
        Ok(())
    }
}

/// The branch that is common to some worlds, in words.
pub fn told(worlds: &[&Assignment]) -> String {
    match common(worlds) {
        Some(common) => common.to_string(),
        None => worlds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", or "),
    }
}

/// What some worlds have in common; nothing if that is nothing.
pub fn common(worlds: &[&Assignment]) -> Option<Assignment> {
    let (first, rest) = worlds.split_first()?;
    let common = first.atoms().iter().filter(|pair| rest.iter().all(|world| world.atoms().contains(pair)));
    let mut named = Assignment::default();
    for (atom, holds) in common {
        named = named.with(atom, *holds);
    }
    (!named.atoms().is_empty()).then_some(named)
}

/// One way in which the undecided conditions can come out, explored lazily: reading a value whose guard is not
/// assigned yet notes the atom, and the run is repeated with both of its truth values.
#[derive(Debug, Default)]
pub struct World {
    assignment: Assignment,
    /// Too many conditions: guarded values are unknown here.
    exhausted: bool,
    /// Whether flags and environment variables have their defaults here.
    has_defaults: bool,
    missing: RefCell<Option<Arc<Atom>>>,
    /// How much may be read in it, and how much was.
    limit: Option<usize>,
    steps: Cell<usize>,
    /// The weakest thing that what was read so far rests on.
    basis: Cell<Confidence>,
    /// Whether something that was read cannot be known.
    unknown: Cell<bool>,
}

impl World {
    /// The world of an assignment.
    pub fn of(assignment: Assignment) -> Self {
        Self { assignment, ..Self::default() }
    }

    /// The world in which guarded values are unknown.
    pub fn exhausted() -> Self {
        Self { exhausted: true, ..Self::default() }
    }

    /// The same world, where flags and environment variables have their defaults.
    #[must_use]
    pub fn with_defaults(self) -> Self {
        Self { has_defaults: true, ..self }
    }

    /// The same world, in which no more than so much may be read.
    #[must_use]
    pub fn within(self, limit: usize) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// Notes that something is read; whether that may still be done. Where it may not, everything is unknown.
    pub fn step(&self, steps: usize) -> bool {
        self.steps.set(self.steps.get().saturating_add(steps));
        !self.is_beyond()
    }

    /// How much was read.
    pub fn steps(&self) -> usize {
        self.steps.get()
    }

    /// Whether more was asked for than may be read. Then nothing that was concluded counts.
    pub fn is_beyond(&self) -> bool {
        self.limit.is_some_and(|limit| self.steps.get() > limit)
    }

    /// Notes that something that is asked for cannot be known.
    pub fn meet_unknown(&self) {
        self.unknown.set(true);
    }

    /// Whether something that was asked for cannot be known.
    pub fn met_unknown(&self) -> bool {
        self.unknown.get()
    }

    /// Its assignment.
    pub fn assignment(&self) -> &Assignment {
        &self.assignment
    }

    /// The first atom that a read needed and that is not assigned.
    pub fn missing(&self) -> Option<Arc<Atom>> {
        self.missing.borrow().clone()
    }

    /// What is known of an atom here.
    fn decide(&self, atom: &Atom) -> Option<bool> {
        self.assignment.decide(atom).or(match atom.usual {
            Usual::LeftToRuns(usual) if self.has_defaults => Some(usual),
            Usual::Unset if self.has_defaults => Some(false),
            _ => None,
        })
    }

    /// Whether a guard holds, and if that is open, notes that the answer is needed.
    pub fn holds(&self, formula: &Formula) -> Tri {
        match formula.eval(&|atom| self.decide(atom)) {
            Ok(holds) => Tri::of(holds),
            Err(atom) => {
                if !self.exhausted {
                    self.missing.borrow_mut().get_or_insert(atom);
                }
                Tri::Unknown
            }
        }
    }

    /// Whether a guard may hold, without splitting the world: an open question counts as "may".
    pub fn may_hold(&self, formula: &Formula) -> bool {
        formula.eval(&|atom| self.decide(atom)).unwrap_or(true)
    }

    /// Notes what a value that was read rests on.
    pub fn rests_on(&self, confidence: Confidence) {
        self.basis.set(self.basis.get().min(confidence));
    }

    /// The weakest thing that what was read rests on.
    pub fn basis(&self) -> Confidence {
        self.basis.get()
    }

    /// Forgets what was read, before the next question in the same world.
    pub fn reset_basis(&self) {
        self.basis.set(Confidence::High);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(subject: &str, equals: Option<&str>, domain: &[&str]) -> Arc<Atom> {
        Arc::new(Atom {
            subject: subject.into(),
            equals: equals.map(Into::into),
            domain: (!domain.is_empty()).then(|| domain.iter().map(|text| Arc::from(*text)).collect()),
            display: subject.into(),
            usual: Usual::Open,
        })
    }

    #[test]
    fn texts_of_one_subject_exclude_each_other() {
        let (dev, prod) = (atom("Env", Some("dev"), &["dev", "prod"]), atom("Env", Some("prod"), &["dev", "prod"]));
        let in_dev = Assignment::default().with(&dev, true);
        assert_eq!(in_dev.decide(&prod), Some(false));
        let not_dev = Assignment::default().with(&dev, false);
        assert_eq!(not_dev.decide(&prod), Some(true), "the only value that is left");
        let other = atom("Env", Some("stage"), &["dev", "prod"]);
        assert_eq!(Assignment::default().decide(&other), Some(false), "not among the allowed values");
    }

    #[test]
    fn a_default_that_a_run_may_replace_decides_only_where_it_is_asked_for() {
        let flagged = |holds| {
            let atom = atom("--spot", None, &[]);
            Arc::new(Atom { usual: Usual::LeftToRuns(holds), ..Atom::clone(&atom) })
        };
        for holds in [false, true] {
            let formula = Formula::Atom(flagged(holds));
            assert_eq!(World::default().holds(&formula), Tri::Unknown);
            assert_eq!(World::default().with_defaults().holds(&formula), Tri::of(holds));
            assert_eq!(formula.is_unusual(), !holds);
            for told in [false, true] {
                let world = Assignment::default().with(&flagged(holds), told);
                assert_eq!((world.is_unusual(), world.is_as_deployed()), (told != holds, told == holds));
                assert_eq!(world.to_string(), format!("`--spot` is {told}"));
                assert_eq!(World::of(world).with_defaults().holds(&formula), Tri::of(told), "what is told counts");
            }
        }
    }

    #[test]
    fn a_formula_is_decided_as_soon_as_one_part_decides_it() {
        let (a, b) = (Formula::Atom(atom("a", None, &[])), Formula::Atom(atom("b", None, &[])));
        let both = a.and(&b);
        let world = World::of(Assignment::default().with(&atom("b", None, &[]), false));
        assert_eq!(world.holds(&both), Tri::No);
        assert!(world.missing().is_none(), "the open atom was not needed");
        assert_eq!(world.holds(&a.or(&b)), Tri::Unknown);
        assert_eq!(world.missing().map(|atom| atom.display.clone()), Some("a".into()));
    }
}
