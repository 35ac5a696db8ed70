//! What a command prints: the answer on the standard output, all else on the standard error.

use std::error::Error;
use std::io::{self, IsTerminal as _, Write as _};

use mailkit_auth::lint::render::Style;
use mailkit_auth::visible;
use serde::Serialize;

use super::error::{CommandError, because};

/// Prints an answer.
pub(crate) fn text(text: &str) -> Result<(), CommandError> {
    octets(text.as_bytes())
}

/// Prints octets as they are. A reader that has gone away, such as `head`, is no fault.
pub(crate) fn octets(octets: &[u8]) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    match out.write_all(octets).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(because("cannot print")(error))
        }
        _ => Ok(()),
    }
}

/// Prints an answer as JSON.
pub(crate) fn json(answer: &impl Serialize) -> Result<(), CommandError> {
    let json = serde_json::to_string_pretty(answer).map_err(because("cannot print"))?;
    text(&format!("{}\n", visible::escaped_json(&json)))
}

/// Prints why there is no answer, on one line.
pub(crate) fn error(error: &CommandError) {
    note_line(&format!("mailkit: {}", in_words(error)));
}

/// What went wrong, and because of what.
pub(crate) fn in_words(error: &dyn Error) -> String {
    let causes = std::iter::successors(error.source(), |it| (*it).source());
    causes.fold(error.to_string(), |words, cause| format!("{words}: {cause}"))
}

/// Prints something to know beside the answer.
pub(crate) fn note(text: &str) {
    note_line(&format!("mailkit: note: {text}"));
}

fn note_line(line: &str) {
    // Nobody is left to tell if the standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{}", visible(line));
}

/// Colours on a terminal, unless `NO_COLOR` asks for none.
pub(crate) fn style() -> Style {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if wanted && io::stdout().is_terminal() { Style::Ansi } else { Style::Plain }
}

/// The text with what a terminal would obey, or not show, written as an escape.
pub(crate) fn visible(text: &str) -> String {
    visible::escaped(text).into_owned()
}

/// So many of a thing: `1 error`, `2 errors`.
pub(crate) fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// How far long work has come: one line on the standard error that is written over.
pub(crate) struct Progress {
    shown: bool,
    what: &'static str,
}

impl Progress {
    /// Shown where the standard error is a terminal, or where it is asked for.
    pub(crate) fn new(what: &'static str, asked: bool) -> Self {
        Self { shown: asked || io::stderr().is_terminal(), what }
    }

    /// Tells the number done so far, and of how many where that is known.
    pub(crate) fn tell(&self, done: usize, of: Option<usize>) {
        if !self.shown {
            return;
        }
        let of = of.map(|of| format!(" of {of}")).unwrap_or_default();
        let _ = write!(io::stderr().lock(), "\r{}: {done}{of}", self.what);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = writeln!(io::stderr().lock());
        }
    }
}

/// A line on the standard error while an answer is waited for, where that is a terminal.
pub(crate) struct Waiting(());

impl Waiting {
    pub(crate) fn for_the(what: &str) -> Option<Self> {
        if !io::stderr().is_terminal() {
            return None;
        }
        let _ = write!(io::stderr().lock(), "\rasking the {what} …");
        Some(Self(()))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // The line is wiped again.
        let _ = write!(io::stderr().lock(), "\r\u{1b}[K");
    }
}

/// Columns of text as wide as their widest cell; numbers stand to the right.
pub(crate) fn table(rows: &[Vec<String>], right: &[usize]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut table = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match right
            .contains(&column)
        {
            true => format!("{cell:>width$}"),
            false => format!("{cell:<width$}"),
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        table.push_str(line.trim_end());
        table.push('\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}c"), "a\\u{1b}[2Jb\\u{202e}c");
        assert_eq!(
            visible("a\u{61c}\u{2028}\u{ad}\u{e0041}"),
            "a\\u{61c}\\u{2028}\\u{ad}\\u{e0041}"
        );
        assert_eq!(visible("Grüße, 公司"), "Grüße, 公司");
    }

    #[test]
    fn columns_are_as_wide_as_their_cells() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        assert_eq!(table(&[row(["a", "10"]), row(["long", "2"])], &[1]), "a     10\nlong   2\n");
    }
}
