//! The IANA registry of enhanced status codes.

use std::sync::LazyLock;

use super::plain_number;

static REGISTRY: LazyLock<Vec<RegisteredCode>> =
    LazyLock::new(|| rows().filter_map(RegisteredCode::read).collect());

fn rows() -> impl Iterator<Item = &'static str> {
    let rows = include_str!("../../data/enhanced-codes.txt").lines();
    rows.filter(|row| !row.is_empty() && !row.starts_with('#'))
}

/// A row of the IANA registry of enhanced status codes (RFC 5248).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredCode {
    subject: u16,
    detail: u16,
    replies: Vec<&'static str>,
    meaning: &'static str,
    source: &'static str,
}

impl RegisteredCode {
    /// All rows, in the order of their numbers.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &REGISTRY
    }

    pub(super) fn find(subject: u16, detail: u16) -> Option<&'static Self> {
        let key = |row: &Self| (row.subject, row.detail);
        let at = REGISTRY.binary_search_by_key(&(subject, detail), key).ok()?;
        REGISTRY.get(at)
    }

    /// The middle number.
    #[must_use]
    pub fn subject(&self) -> u16 {
        self.subject
    }

    /// The last number.
    #[must_use]
    pub fn detail(&self) -> u16 {
        self.detail
    }

    /// The meaning in a few words.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        self.meaning
    }

    /// The document that defines it.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// Whether the registry names this reply code for it. Hosts use other ones, too: many rows name none,
    /// and those allow every code.
    ///
    /// ```
    /// let full: mailkit_route::EnhancedCode = "5.2.2".parse()?;
    /// assert_eq!(full.registered().map(|row| (row.allows(552), row.allows(550))), Some((true, false)));
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    #[must_use]
    pub fn allows(&self, reply: u16) -> bool {
        let digits = reply.to_string();
        let fits = |pattern: &&str| digits.starts_with(pattern.trim_end_matches('x'));
        self.replies.is_empty() || self.replies.iter().any(fits)
    }

    fn read(row: &'static str) -> Option<Self> {
        let mut columns = row.split('|').map(str::trim);
        let (subject, detail) = columns.next()?.strip_prefix("x.")?.split_once('.')?;
        let replies = columns.next()?.split(' ').filter(|reply| *reply != "-").collect();
        let (meaning, source) = (columns.next()?, columns.next()?);
        let (subject, detail) = (plain_number(subject)?, plain_number(detail)?);
        columns.next().is_none().then_some(Self { subject, detail, replies, meaning, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n1_every_row_of_the_registry_reads_and_is_found() {
        assert_eq!(REGISTRY.len(), rows().count());
        assert!(REGISTRY.is_sorted_by_key(|row| (row.subject, row.detail)));
        for row in REGISTRY.iter() {
            assert_eq!(RegisteredCode::find(row.subject, row.detail), Some(row));
            assert!(!row.meaning.is_empty() && !row.source.is_empty());
            let sound = |reply: &&str| reply.len() == 3 && reply.starts_with(['2', '4', '5']);
            assert!(row.replies.iter().all(sound), "{row:?}");
        }
    }

    #[test]
    fn n1_reply_codes_of_the_registry() {
        let check = |subject, detail, reply, allowed| {
            let row = RegisteredCode::find(subject, detail).unwrap();
            assert_eq!(row.allows(reply), allowed, "x.{subject}.{detail} {reply}");
        };
        check(1, 1, 550, true);
        check(1, 1, 552, false);
        check(1, 10, 556, true);
        check(4, 7, 450, true);
        check(7, 17, 551, true);
        check(7, 17, 450, false);
    }
}
