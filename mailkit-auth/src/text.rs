//! Searches within texts for one octet of ASCII, many octets at a time; and how long a line gets.

use memchr::memchr;

/// Characters of a line of a message that is folded (RFC 5322 section 2.1.1).
pub(crate) const MAX_LINE: usize = 78;

/// Where the octet first stands. It must be one of ASCII, so that the text can be cut there.
pub(crate) fn find(text: &str, octet: u8) -> Option<usize> {
    let found = memchr(octet, text.as_bytes());
    work::add(found.unwrap_or(text.len()));
    found
}

/// What stands before and after the first of this octet of ASCII.
pub(crate) fn split_once(text: &str, octet: u8) -> Option<(&str, &str)> {
    let at = find(text, octet)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// What stands between octets of ASCII, and where each part begins.
pub(crate) fn split(text: &str, octet: u8) -> impl Iterator<Item = (usize, &str)> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next?;
        let rest = text.get(start..)?;
        let end = find(rest, octet);
        next = end.map(|end| start + end + 1);
        Some((start, rest.get(..end.unwrap_or(rest.len()))?))
    })
}

/// Counts, in tests alone, what lints look at: so they see that twice the text is twice the work.
pub(crate) mod work {
    #[cfg(test)]
    std::thread_local! {
        static DONE: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }

    /// Counts so many octets, tags or comparisons more.
    #[cfg(test)]
    pub(crate) fn add(more: usize) {
        DONE.set(DONE.get() + more);
    }

    /// Nothing is counted.
    #[cfg(not(test))]
    #[inline]
    pub(crate) fn add(_: usize) {}

    /// What was counted while this ran.
    #[cfg(test)]
    pub(crate) fn of<T>(run: impl FnOnce() -> T) -> usize {
        DONE.set(0);
        let _result = run();
        DONE.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_the_standard_library_does(text in "[a-c;ü]{0,40}") {
            prop_assert_eq!(find(&text, b';'), text.find(';'));
            prop_assert_eq!(split_once(&text, b';'), text.split_once(';'));
            let parts: Vec<_> = split(&text, b';').collect();
            let texts: Vec<&str> = parts.iter().map(|(_, part)| *part).collect();
            prop_assert_eq!(&texts, &text.split(';').collect::<Vec<_>>());
            for (at, part) in parts {
                prop_assert_eq!(text.get(at..at + part.len()), Some(part));
            }
        }
    }
}
