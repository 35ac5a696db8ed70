//! Lines and columns of a text, counted once.

use std::ops::Range;

/// Where the lines of a text begin, and how many characters stand before each byte.
pub(super) struct Places<'a> {
    text: &'a str,
    lines: Vec<Range<usize>>,
    characters: Vec<usize>,
}

/// A place for people: both count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl<'a> Places<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.trim_end_matches(['\r', '\n']).len();
            lines.push(start..end);
            start += line.len();
        }
        if lines.is_empty() || text.ends_with('\n') {
            lines.push(start..start);
        }
        let mut characters = Vec::with_capacity(text.len() + 1);
        let mut count = 0;
        for c in text.chars() {
            characters.extend(std::iter::repeat_n(count, c.len_utf8()));
            count += 1;
        }
        characters.push(count);
        Self { text, lines, characters }
    }

    /// How many characters stand before this byte.
    pub(super) fn characters_before(&self, byte: usize) -> usize {
        let last = self.characters.last().copied().unwrap_or_default();
        self.characters.get(byte).copied().unwrap_or(last)
    }

    pub(super) fn place(&self, byte: usize) -> Place {
        let line = self.line_index(byte);
        let start = self.lines.get(line).map_or(0, |line| line.start);
        let column = self.characters_before(byte) - self.characters_before(start);
        Place { line: line + 1, column: column + 1 }
    }

    /// The line of a byte and where it begins, without its end of line.
    pub(super) fn line(&self, byte: usize) -> (usize, &'a str) {
        let span = self.lines.get(self.line_index(byte)).cloned().unwrap_or_default();
        (span.start, self.text.get(span).unwrap_or_default())
    }

    pub(super) fn is_single_line(&self) -> bool {
        self.lines.len() == 1
    }

    fn line_index(&self, byte: usize) -> usize {
        self.lines.partition_point(|line| line.start <= byte).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_lines_and_columns() {
        let places = Places::of("ab\r\nü c\n");
        let check = |byte, line, column| {
            assert_eq!(places.place(byte), Place { line, column }, "byte {byte}");
        };
        check(0, 1, 1);
        check(1, 1, 2);
        check(4, 2, 1);
        check(6, 2, 2);
        check(9, 3, 1);
        check(99, 3, 1);
        assert_eq!(places.line(6), (4, "ü c"));
        assert_eq!(places.line(9), (9, ""));
        assert_eq!(Places::of("").place(0), Place { line: 1, column: 1 });
        assert!(Places::of("a").is_single_line() && !places.is_single_line());
    }
}
