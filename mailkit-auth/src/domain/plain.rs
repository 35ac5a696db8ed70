//! Names that need no more than a look at their octets.

use super::{Domain, MAX_LABEL_OCTETS, MAX_OCTETS};

/// A name of lower-case letters, digits and underscores, as most names are: it is what it prints.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlainName<'a> {
    pub(crate) text: &'a str,
    /// Whether it has more than one label.
    pub(crate) is_dotted: bool,
}

impl<'a> PlainName<'a> {
    /// What stands before the plain name that ends a text, and that name.
    pub(crate) fn split_off(text: &'a str) -> Option<(&'a str, Self)> {
        let (mut octets, mut label_end, mut is_dotted) = (text.as_bytes(), text.len(), false);
        let is_label = |start: usize, end: usize| (1..=MAX_LABEL_OCTETS).contains(&(end - start));
        while let [before @ .., octet] = octets {
            // Most octets by far are these.
            if !octet.is_ascii_lowercase() {
                if *octet == b'.' && is_label(octets.len(), label_end) {
                    (label_end, is_dotted) = (before.len(), true);
                } else if !octet.is_ascii_digit() && *octet != b'_' {
                    break;
                }
            }
            octets = before;
        }
        let at = octets.len();
        let (before, name) = text.split_at_checked(at)?;
        let is_name = is_label(at, label_end) && name.len() <= MAX_OCTETS;
        is_name.then_some((before, Self { text: name, is_dotted }))
    }
}

impl From<PlainName<'_>> for Domain {
    fn from(name: PlainName<'_>) -> Self {
        Self(name.text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain;
    use proptest::prelude::*;

    #[test]
    fn the_end_of_a_text() {
        let check = |text, expected| {
            let split = PlainName::split_off(text);
            assert_eq!(
                split.map(|(before, it)| (before, it.text, it.is_dotted)),
                expected,
                "{text}"
            );
        };
        check("a@acme.test", Some(("a@", "acme.test", true)));
        check("a@b@_9.acme.test", Some(("a@b@", "_9.acme.test", true)));
        check("localhost", Some(("", "localhost", false)));
        check("a@Acme.test", Some(("a@A", "cme.test", true)));
        check("a-b.test", Some(("a-", "b.test", true)));
        check("a@\u{fc}acme.test", Some(("a@\u{fc}", "acme.test", true)));
        check("acme.test.", None);
        check("a@.acme.test", None);
        check("a@", None);
        check("", None);
        check(&"a".repeat(64), None);
    }

    proptest! {
        #[test]
        fn a_plain_name_is_what_the_grammar_makes_of_it(text in "[a-cA@._9-]{0,20}|([a-z]{60,64}\\.){0,5}") {
            if let Some((before, name)) = PlainName::split_off(&text) {
                prop_assert_eq!(&format!("{before}{}", name.text), &text);
                prop_assert_eq!(domain::check(name.text), Ok(name.text));
                prop_assert_eq!(Domain::from(name).labels().count() > 1, name.is_dotted);
                prop_assert_eq!(&*domain::lower_case(name.text), name.text);
            }
        }
    }
}
