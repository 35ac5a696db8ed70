use aws_lc_rs::digest::{SHA256, digest};
use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(body: &[u8], relaxed: &[u8], simple: &[u8]) {
    let forms = [(Canonicalization::Relaxed, relaxed), (Canonicalization::Simple, simple)];
    for (form, expected) in forms {
        let hash = digest(&SHA256, expected).as_ref().try_into().unwrap();
        let expected = BodyDigest { hash, octets: expected.len() as u64 };
        assert_eq!(BodyDigest::new(form, body), expected, "{form:?} {body:?}");
    }
}

#[test]
fn forms() {
    // RFC 6376 section 3.4.5.
    check(b" C \r\nD \t E\r\n\r\n\r\n", b" C\r\nD E\r\n", b" C \r\nD \t E\r\n");
    check(b"", b"", b"\r\n");
    check(b"\r\n\r\n", b"", b"\r\n");
    check(b" \r\n\t\r\n", b"", b" \r\n\t\r\n");
    check(b"a\r\n \r\n\r\n", b"a\r\n", b"a\r\n \r\n");
    check(b"a\r\n \r\n\r\nb", b"a\r\n\r\n\r\nb\r\n", b"a\r\n \r\n\r\nb\r\n");
    check(b"a  b\t\r\n  c\r\n", b"a b\r\n c\r\n", b"a  b\t\r\n  c\r\n");
    check(b"a b\r\n c\r\n", b"a b\r\n c\r\n", b"a b\r\n c\r\n");
    check(b"a\n\nb\n", b"a\r\n\r\nb\r\n", b"a\r\n\r\nb\r\n");
    check(b"\r\na\r\n", b"\r\na\r\n", b"\r\na\r\n");
    check(b"a\rb\r\r\n\r", b"a\rb\r\r\n\r\r\n", b"a\rb\r\r\n\r\r\n");
    check(b"a \r b", b"a \r b\r\n", b"a \r b\r\n");
    check(b"a\x0c b\0\r\n", b"a\x0c b\0\r\n", b"a\x0c b\0\r\n");
}

/// The lines of a body without their ends; what stands behind the last end is a line, too.
fn lines(body: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = body.split(|octet| *octet == b'\n').map(<[u8]>::to_vec).collect();
    let last = lines.len() - 1;
    for line in lines.iter_mut().take(last) {
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    }
    lines
}

/// The lines without the empty ones at the end, each with its end.
fn joined(mut lines: Vec<Vec<u8>>) -> Vec<u8> {
    while lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    lines.iter().flat_map(|line| [line.as_slice(), b"\r\n"].concat()).collect()
}

/// The relaxed form in the words of RFC 6376 section 3.4.4, one step after the other.
fn relaxed_by_the_book(body: &[u8]) -> Vec<u8> {
    let relax = |line: Vec<u8>| {
        let words = line.split(|octet| matches!(octet, b' ' | b'\t'));
        let mut words: Vec<&[u8]> = words.collect();
        let leading = words.len() > 1 && words[0].is_empty();
        words.retain(|word| !word.is_empty());
        let joined = words.join(&b' ');
        if leading && !joined.is_empty() { [b" ", joined.as_slice()].concat() } else { joined }
    };
    joined(lines(body).into_iter().map(relax).collect())
}

/// The simple form in the words of RFC 6376 section 3.4.3: a body without a line is one empty line.
fn simple_by_the_book(body: &[u8]) -> Vec<u8> {
    let text = joined(lines(body));
    if text.is_empty() { b"\r\n".to_vec() } else { text }
}

/// Bodies that are white space for the most part, prose that is canonical as it stands, and both in
/// turn; some longer than what is looked at or hashed at once.
fn bodies() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ab \\t\\r\\n]{0,60}",
        "([a-z ]{0,30}\r\n){0,20}",
        "([a-z]{1,40} |[a-z]{1,9}\r\n|  |\t|\r\n\r\n|\n|\r){0,60}",
        ("([a-z]{1,12}( |  |\t|\r\n|\r\n\r\n| \r\n|\n|\r)){1,12}", 0_usize..700)
            .prop_map(|(part, times)| part.repeat(times)),
    ]
}

proptest! {
    #[test]
    fn the_forms_are_those_of_the_book(body in bodies()) {
        let forms = [
            (Canonicalization::Relaxed, relaxed_by_the_book(body.as_bytes())),
            (Canonicalization::Simple, simple_by_the_book(body.as_bytes())),
        ];
        for (form, expected) in forms {
            let actual = BodyDigest::new(form, body.as_bytes());
            prop_assert_eq!(actual.octets, expected.len() as u64, "{:?}", form);
            let hash = digest(&SHA256, &expected);
            prop_assert_eq!(actual.hash.as_slice(), hash.as_ref());
        }
    }

    #[test]
    fn cuts_change_nothing(body in "[ab \\t\\r\\n]{0,40}|([a-z ]{0,30}\r\n){0,9}", second in 0_usize..300) {
        let body = body.as_bytes();
        for form in [Canonicalization::Relaxed, Canonicalization::Simple] {
            let whole = BodyDigest::new(form, body);
            for first in 0..=body.len() {
                let second = (first + second).min(body.len());
                let mut hasher = BodyHasher::new(form);
                hasher.write(&body[..first]);
                hasher.write(&body[first..second]);
                hasher.write(&body[second..]);
                prop_assert_eq!(&hasher.finish(), &whole, "{:?} cut at {} and {}", form, first, second);
            }
        }
    }
}
