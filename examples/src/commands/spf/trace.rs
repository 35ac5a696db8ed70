//! The course of an SPF check in characters.

use std::fmt::Write as _;

use mailkit_auth::spf::{SpfResult, SpfTermTrace, SpfTrace, SpfVerdict, TermOutcome};

use crate::commands::output::visible;

/// The result, the terms that were tried, and the explanation of the domain.
pub(super) fn draw(verdict: &SpfVerdict) -> String {
    let mut drawn = format!("{}: {}\n", verdict.result, verdict.reason());
    if let Some(trace) = &verdict.trace() {
        // A check that has no answer ends there, so what was not read is what nobody answered.
        let is_open = verdict.result == SpfResult::TempError;
        draw_record(&mut drawn, trace, if is_open { "no answer" } else { "no record" }, "");
    }
    let (lookups, void) = (verdict.lookups, verdict.void_lookups);
    // Writing to a text cannot fail.
    let _ = writeln!(drawn, "{lookups} of 10 lookups, {void} of 2 void");
    if let Some(explanation) = &verdict.explanation {
        let _ = writeln!(drawn, "the domain says: {}", visible(explanation));
    }
    drawn
}

fn draw_record(drawn: &mut String, trace: &SpfTrace, absent: &str, margin: &str) {
    let record = trace.record.as_deref().unwrap_or(absent);
    let _ = writeln!(drawn, "{margin}{}: {}", trace.domain, visible(record));
    let mut terms = trace.terms.iter().peekable();
    while let Some(term) = terms.next() {
        let (branch, below) =
            if terms.peek().is_some() { ("├─", "│  ") } else { ("└─", "   ") };
        let _ =
            writeln!(drawn, "{margin}{branch} {}{}", visible(trace.text(term)), what_came(term));
        if let Some(nested) = &term.nested {
            draw_record(drawn, nested, absent, &format!("{margin}{below}"));
        }
    }
}

fn what_came(term: &SpfTermTrace) -> String {
    let outcome = match term.outcome {
        TermOutcome::Matched => "matches",
        TermOutcome::NotMatched => "does not match",
        _ => "fails",
    };
    match term.lookups {
        0 => format!("  {outcome}"),
        1 => format!("  {outcome}, 1 lookup"),
        lookups => format!("  {outcome}, {lookups} lookups"),
    }
}
