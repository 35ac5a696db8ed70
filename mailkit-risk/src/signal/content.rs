//! What a reader does not see.

use super::{Case, Findings, Reading};
use crate::code::Code;
use crate::message::TextKind;
use crate::text::{is_bidi_control, is_invisible};

pub(super) fn find(case: &Case<'_>, findings: &mut Findings) {
    for reading in &case.readings {
        invisible(reading, findings);
        bidi(reading, findings);
        hidden(reading, findings);
    }
    if let Some(place) = &case.view.password_form {
        findings.add(Code::HtmlPasswordForm, place.clone(), "password field");
    }
}

/// Invisible characters between two Latin letters; elsewhere scripts and emoji need joiners, and previews padding.
fn invisible(reading: &Reading<'_>, findings: &mut Findings) {
    let mut before = ' ';
    let mut pending = false;
    let mut splits = 0;
    for c in reading.original.chars() {
        // A soft hyphen is typography.
        if is_invisible(c) && c != '\u{ad}' {
            pending = before.is_ascii_alphabetic();
            continue;
        }
        splits += usize::from(pending && c.is_ascii_alphabetic());
        pending = false;
        before = c;
    }
    if splits >= MANY_SPLITS && reading.is_visible() {
        findings.add(
            Code::InvisibleCharacters,
            reading.place(0, 0),
            &format!("{splits} words cut"),
        );
    }
}

fn bidi(reading: &Reading<'_>, findings: &mut Findings) {
    let rtl = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}');
    if reading.original.contains(is_bidi_control)
        && !reading.original.contains(rtl)
        && reading.is_visible()
    {
        findings.add(
            Code::BidiControl,
            reading.place(0, 0),
            "control without a right-to-left script",
        );
    }
}

fn hidden(reading: &Reading<'_>, findings: &mut Findings) {
    let letters = reading.folded.chars().filter(|c| c.is_alphanumeric()).count();
    if matches!(reading.source, Some((_, TextKind::Hidden))) && letters > MUCH_TEXT {
        findings.add(Code::HtmlHiddenText, reading.place(0, 0), &format!("{letters} letters"));
    }
}

const MANY_SPLITS: usize = 3;
/// Preview texts of newsletters stay below this.
const MUCH_TEXT: usize = 400;
