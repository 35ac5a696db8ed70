//! The tree in characters, with the cost of each branch.

use std::fmt;

use super::{SpfNode, SpfNodeTerm, SpfTermState, SpfTree};
use crate::error::in_words;

impl fmt::Display for SpfTree {
    /// The terms that cost a lookup or are broken, a line each. What stands in records is visible
    /// ASCII, names are escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, cost) = (&self.root.name, self.cost);
        write!(
            f,
            "{name}: {} of 10 lookups, at most {} of 2 void",
            cost.lookups,
            cost.void_lookups()
        )?;
        match &self.root.problem {
            Some(problem) => writeln!(f, ", {}", in_words(problem)),
            None => writeln!(f),
        }?;
        draw(f, &self.root, "")
    }
}

fn draw(f: &mut fmt::Formatter<'_>, node: &SpfNode, margin: &str) -> fmt::Result {
    let shown = |term: &&SpfNodeTerm| {
        term.cost.lookups > 0 || matches!(term.state, SpfTermState::Problem(_))
    };
    let mut terms = node.terms.iter().filter(shown).peekable();
    while let Some(term) = terms.next() {
        let (branch, below) =
            if terms.peek().is_some() { ("├─", "│  ") } else { ("└─", "   ") };
        write!(f, "{margin}{branch} {}  ", term.text)?;
        describe(f, term)?;
        if let Some(nested) = &term.nested {
            draw(f, nested, &format!("{margin}{below}"))?;
        }
    }
    Ok(())
}

/// What a term takes and what came of it.
fn describe(f: &mut fmt::Formatter<'_>, term: &SpfNodeTerm) -> fmt::Result {
    write!(f, "{}", Counted(term.cost.lookups, "lookup"))?;
    match term.networks() {
        0 => {}
        networks => write!(f, ", {}", Counted(networks, "network"))?,
    }
    if term.nested.is_none() {
        match (term.cost.void_ip4, term.cost.void_ip6) {
            (0, 0) => {}
            (0, _) => f.write_str(", void for IPv6")?,
            (_, 0) => f.write_str(", void for IPv4")?,
            _ => f.write_str(", void")?,
        }
    }
    if term.state == SpfTermState::DependsOnMessage {
        f.write_str(", depends on the message")?;
    }
    let nested = term.nested.as_ref().and_then(|nested| nested.problem.as_ref());
    match (&term.state, nested) {
        (SpfTermState::Problem(problem), _) | (_, Some(problem)) => {
            writeln!(f, ", {}", in_words(problem))
        }
        _ => writeln!(f),
    }
}

impl SpfNodeTerm {
    /// How many networks it names, those of the record it leads to among them.
    fn networks(&self) -> usize {
        let nested = self.nested.iter().flat_map(|nested| &nested.terms);
        self.networks.len() + nested.map(Self::networks).sum::<usize>()
    }
}

/// A number and what it counts.
struct Counted(usize, &'static str);

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, what) = self;
        write!(f, "{number} {what}{}", if *number == 1 { "" } else { "s" })
    }
}
