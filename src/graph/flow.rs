//! The flow of a state machine: its states, what follows each, and which service a task calls.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::{
    attr::{Attr, Subject},
    value::{Data, Piece, Value},
};

/// States within states are followed this deep.
const MAX_DEPTH: usize = 32;

/// How a task waits for what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// It goes on with the service's answer.
    Answer,
    /// It waits until the job has ended: `.sync`.
    Sync,
    /// It waits until somebody sends back its token: `.waitForTaskToken`.
    Callback,
}

/// Which service a task calls, by Step Functions' own way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integration {
    /// What follows `:states:::`, without the pattern: `sagemaker:createTrainingJob`, `aws-sdk:s3:getObject`.
    pub resource: String,
    /// How it waits.
    pub pattern: Pattern,
}

/// The integration that the `Resource` of a task names; nothing for functions, activities and what is not known.
pub fn integration(resource: &Value) -> Option<Integration> {
    let text = match &resource.data {
        Data::Text(text) => text,
        // `arn:${AWS::Partition}:states:::…`: what matters is behind the hole.
        Data::Template(pieces) => match pieces.last()? {
            Piece::Text(text) => text,
            Piece::Hole(_) => return None,
        },
        _ => return None,
    };
    let (_, called) = text.split_once(":states:::")?;
    let (resource, pattern) = match called.split_once('.') {
        None => (called, Pattern::Answer),
        Some((resource, "waitForTaskToken")) => (resource, Pattern::Callback),
        Some((resource, _)) => (resource, Pattern::Sync),
    };
    Some(Integration { resource: resource.to_owned(), pattern })
}

/// What a state does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Has something done.
    Task,
    /// Lets time pass.
    Wait,
    /// Chooses the way.
    Choice,
    /// Does several things at once.
    Parallel,
    /// Does the same for each of several things.
    Map,
    /// Changes its input.
    Pass,
    /// Ends the machine.
    End,
    /// It cannot be known.
    Unknown,
}

/// A state of a flow.
pub struct State<'a> {
    /// Its name.
    pub name: &'a str,
    /// What is written of it.
    pub attr: Attr<'a>,
    /// What it does.
    pub kind: Kind,
    /// What it calls, if it is a task that calls a service directly.
    pub integration: Option<Integration>,
    /// The names of the states that hold it, outermost first.
    pub parents: Vec<&'a str>,
    /// Where it leads by itself, not for the end of its scope.
    next: Vec<usize>,
    catches: Vec<usize>,
    /// The first states of its branches.
    starts: Vec<usize>,
    ends: bool,
    open: bool,
    parent: Option<usize>,
}

/// The states of a machine, and the ways between them. A state is known by its number.
#[derive(Default)]
pub struct Flow<'a> {
    /// All states, those within others behind them.
    pub states: Vec<State<'a>>,
}

impl<'a> Flow<'a> {
    /// The flow of a state machine, as far as it is known in the subject's world.
    pub fn of(machine: Subject<'a>) -> Self {
        let mut flow = Self::default();
        flow.scope(&machine.get("Definition"), None, &[]);
        flow
    }

    /// Adds the states of a scope; returns the number of its first one.
    fn scope(&mut self, scope: &Attr<'a>, parent: Option<usize>, parents: &[&'a str]) -> Option<usize> {
        let (states, open) = scope.get("States").entries();
        let first = self.states.len();
        let mut numbers: FxHashMap<&'a str, usize> = FxHashMap::default();
        for (name, attr) in &states {
            numbers.insert(name, self.states.len());
            self.states.push(state(name, attr, parent, parents, open));
        }
        let last = self.states.len();
        for at in first..last {
            self.ways(at, &numbers);
        }
        for at in first..last {
            self.inner(at);
        }
        let start = scope.get("StartAt");
        numbers.get(start.text()?).copied()
    }

    /// Notes where a state leads.
    fn ways(&mut self, at: usize, numbers: &FxHashMap<&'a str, usize>) {
        let attr = self.states[at].attr.clone();
        let mut next = Vec::new();
        let mut named = Vec::new();
        if self.states[at].kind == Kind::Choice {
            let (choices, open) = attr.get("Choices").items();
            self.states[at].open |= open;
            next.extend(choices.iter().map(|choice| choice.get("Next")));
            next.push(attr.get("Default"));
        } else {
            next.push(attr.get("Next"));
        }
        let (catches, _) = attr.get("Catch").items();
        for way in next.iter().filter(|way| !way.is_absent()) {
            match way.text().and_then(|name| numbers.get(name)) {
                Some(&number) => named.push(number),
                None => self.states[at].open = true,
            }
        }
        let catches = catches.iter().filter_map(|catch| numbers.get(catch.get("Next").text()?).copied());
        self.states[at].catches = catches.collect();
        self.states[at].ends = named.is_empty() && !self.states[at].open;
        self.states[at].next = named;
    }

    /// Adds the states within a state.
    fn inner(&mut self, at: usize) {
        let (attr, kind) = (self.states[at].attr.clone(), self.states[at].kind);
        let mut parents = self.states[at].parents.clone();
        parents.push(self.states[at].name);
        let scopes = match kind {
            Kind::Parallel => {
                let (branches, open) = attr.get("Branches").items();
                self.states[at].open |= open;
                branches
            }
            Kind::Map => {
                let processor = attr.get("ItemProcessor");
                vec![if processor.is_absent() { attr.get("Iterator") } else { processor }]
            }
            _ => return,
        };
        if parents.len() > MAX_DEPTH {
            self.states[at].open = true;
            return;
        }
        for scope in scopes {
            match self.scope(&scope, Some(at), &parents) {
                Some(start) => self.states[at].starts.push(start),
                None => self.states[at].open = true,
            }
        }
    }

    /// The states that may follow a state, the first ones in it included; what follows a branch is what follows the
    /// state that holds it. Errors are not followed.
    pub fn followers(&self, at: usize) -> Vec<usize> {
        if !self.states[at].starts.is_empty() {
            return self.states[at].starts.clone();
        }
        let mut state = &self.states[at];
        while let Some(parent) = state.parent.filter(|_| state.ends) {
            state = &self.states[parent];
        }
        state.next.clone()
    }

    /// Whether what follows a state is not wholly known.
    pub fn is_open(&self, at: usize) -> bool {
        let mut state = &self.states[at];
        while let Some(parent) = state.parent.filter(|_| state.ends) {
            state = &self.states[parent];
        }
        self.states[at].open || state.open
    }

    /// The states that can be reached from a state by any way, errors included, `most` at most; the state itself only if
    /// a way leads back to it.
    pub fn reach(&self, from: usize, most: usize) -> Vec<usize> {
        let mut seen = FxHashSet::default();
        let mut open = self.all_ways(from);
        let mut found = Vec::new();
        while let Some(at) = open.pop().filter(|_| found.len() < most) {
            if seen.insert(at) {
                found.push(at);
                open.extend(self.all_ways(at));
            }
        }
        found
    }

    fn all_ways(&self, at: usize) -> Vec<usize> {
        let mut ways = self.followers(at);
        ways.extend(&self.states[at].catches);
        // An error in a branch is one of the whole.
        let mut parent = self.states[at].parent;
        while let Some(holder) = parent {
            ways.extend(&self.states[holder].catches);
            parent = self.states[holder].parent;
        }
        ways
    }
}

fn state<'a>(name: &'a str, attr: &Attr<'a>, parent: Option<usize>, parents: &[&'a str], open: bool) -> State<'a> {
    let kind = match attr.get("Type").text() {
        Some("Task") => Kind::Task,
        Some("Wait") => Kind::Wait,
        Some("Choice") => Kind::Choice,
        Some("Parallel") => Kind::Parallel,
        Some("Map") => Kind::Map,
        Some("Pass") => Kind::Pass,
        Some("Succeed" | "Fail") => Kind::End,
        _ => Kind::Unknown,
    };
    let resource = attr.get("Resource");
    State {
        name,
        kind,
        integration: resource.known().and_then(integration),
        parents: parents.to_vec(),
        next: Vec::new(),
        catches: Vec::new(),
        starts: Vec::new(),
        ends: false,
        open,
        parent,
        attr: attr.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Place, Span};

    fn of(text: &str) -> Option<(String, Pattern)> {
        let place = Place::new(FileId(0), Span::default());
        integration(&Value::text(text, place)).map(|called| (called.resource, called.pattern))
    }

    #[test]
    fn an_integration_is_told_from_a_function() {
        let expected = |resource: &str, pattern| Some((resource.to_owned(), pattern));
        assert_eq!(of("arn:aws:states:::sagemaker:createModel"), expected("sagemaker:createModel", Pattern::Answer));
        assert_eq!(of("arn:aws-cn:states:::glue:startJobRun.sync:2"), expected("glue:startJobRun", Pattern::Sync));
        assert_eq!(
            of("arn:aws:states:::sqs:sendMessage.waitForTaskToken"),
            expected("sqs:sendMessage", Pattern::Callback)
        );
        assert_eq!(of("arn:aws:lambda:us-east-1:111122223333:function:f"), None);
        assert_eq!(of("arn:aws:states:us-east-1:111122223333:activity:a"), None);
    }
}
