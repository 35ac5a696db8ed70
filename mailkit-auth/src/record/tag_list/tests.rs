use std::ops::Range;

use super::*;
use proptest::prelude::*;

/// The name, the value and the span of the value.
type Row<'a> = (&'a str, &'a str, Range<usize>);

#[track_caller]
fn check_in(grammar: Grammar, text: &str, expected: Result<&[Row<'_>], &str>) {
    let actual = strict(text, grammar).collect::<Result<Vec<_>, _>>();
    let actual = actual.map_err(|error| error.to_string()).map(|tags| {
        tags.into_iter().map(|tag| (tag.name, tag.value, tag.value_span)).collect::<Vec<_>>()
    });
    match (&actual, expected) {
        (Ok(actual), Ok(expected)) => assert_eq!(actual, expected, "{text:?}"),
        (Err(actual), Err(expected)) => assert_eq!(actual, expected, "{text:?}"),
        _ => panic!("{text:?}: {actual:?}, not {expected:?}"),
    }
}

#[test]
fn lists() {
    let check = |text: &str, expected: Result<&[Row<'_>], &str>| {
        check_in(Grammar::ExactCase, text, expected);
    };
    check("", Ok(&[]));
    check("a=1", Ok(&[("a", "1", 2..3)]));
    check(" a = 1 2 ;b=;", Ok(&[("a", "1 2", 5..8), ("b", "", 12..12)]));
    check("p=a=b", Ok(&[("p", "a=b", 2..5)]));
    check("a=1;;b=2", Err("malformed tag at byte 4"));
    check("a", Err("malformed tag at byte 0"));
    check("1a=1", Err("malformed tag at byte 0"));
    check("a=1; a=2", Err("duplicate tag `a` at byte 5"));
    check("a=1; A=2", Ok(&[("a", "1", 2..3), ("A", "2", 7..8)]));
    check("a=ü", Err("unexpected character 'ü' at byte 2"));
    check("a=\u{1}", Err("unexpected character '\\u{1}' at byte 2"));
}

#[test]
fn what_parts_words_and_which_names_are_the_same() {
    let one = |span: Range<usize>| [("a", "1", span)];
    check_in(Grammar::Folded, "\r\n a=\r\n\t1\r\n", Ok(&one(8..9)));
    check_in(Grammar::ExactCase, "\t a=\t1 ", Ok(&one(5..6)));
    check_in(Grammar::ExactCase, "a=1\r\n", Err("unexpected character '\\r' at byte 3"));
    check_in(Grammar::ExactCase, "\na=1", Err("malformed tag at byte 0"));
    check_in(Grammar::AnyCase, "a=1; A=2", Err("duplicate tag `A` at byte 5"));
    check_in(Grammar::Extensible, "a=1; a=1", Ok(&[("a", "1", 2..3), ("a", "1", 7..8)]));
    check_in(Grammar::Extensible, "1-a=1", Ok(&[("1-a", "1", 4..5)]));
}

#[test]
fn items_know_their_place() {
    let tag = elements("h= a:\r\n b::c", Grammar::Folded).next().expect("a tag").expect("a tag");
    let items: Vec<_> = tag.items(b':').collect();
    assert_eq!(items, [("a", 3..4), ("b", 8..9), ("", 10..10), ("c", 11..12)]);
}

proptest! {
    /// Few names are compared one by one and many by their hash, with the same result.
    #[test]
    fn names_that_were_seen(names in prop::collection::vec("[a-cA-C]{1,2}", 0..80)) {
        for grammar in [Grammar::AnyCase, Grammar::ExactCase] {
            let is_same = |one: &str, other: &str| match grammar {
                Grammar::AnyCase => one.eq_ignore_ascii_case(other),
                _ => one == other,
            };
            let mut seen = Seen::of_names(grammar);
            for (index, name) in names.iter().enumerate() {
                let new = !names.iter().take(index).any(|other| is_same(name, other));
                prop_assert_eq!(seen.insert(name), new);
            }
        }
    }
}
