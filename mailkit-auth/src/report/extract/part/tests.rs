//! Which parts a mail has, and what is not cut any further.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(mail: &str, expected: Result<&[(&str, &str)], ExtractError>) {
    let limits = ExtractLimits { parts: 6, depth: 3, header_octets: 400, ..Default::default() };
    let parts = Part::all(mail.as_bytes(), limits);
    let text =
        |part: &Part<'_>| (part.kind.clone(), String::from_utf8_lossy(&part.octets).into_owned());
    let actual = parts.map(|parts| parts.iter().map(text).collect::<Vec<_>>());
    let owned = |(kind, text): &(&str, &str)| ((*kind).to_owned(), (*text).to_owned());
    let expected = expected.map(|parts| parts.iter().map(owned).collect::<Vec<_>>());
    assert!(actual == expected, "{actual:.300?} instead of {expected:.300?}");
}

#[test]
fn parts() {
    const MIXED: &str = "Content-Type: multipart/mixed; boundary=b\n\n";
    check("", Ok(&[("text/plain", "")]));
    check("From: a@b.test\r\n\r\nHi\r\n", Ok(&[("text/plain", "Hi\r\n")]));
    check("Content-Type: TEXT/Xml\n\n<a>", Ok(&[("text/xml", "<a>")]));
    check("Content-Transfer-Encoding: BASE64\n\nSGk=\n", Ok(&[("text/plain", "Hi")]));
    check("Content-Transfer-Encoding: base64\n\nH!\n", Ok(&[("text/plain", "H!\n")]));
    check(
        "Content-Transfer-Encoding: quoted-printable\nContent-Type: text/plain; charset=latin1\n\n=FC",
        Ok(&[("text/plain", "ü")]),
    );
    check(&format!("{MIXED}no part"), Ok(&[("text/plain", "no part")]));
    check(
        &format!("{MIXED}x\n--b \n\n1\n--b\nA: b\n\n2\n\n--b--\nend"),
        Ok(&[("text/plain", "1"), ("text/plain", "2\n")]),
    );
    check(
        &format!("{MIXED}--b\r\n\r\n1\r\n--b\r\n\r\n2"),
        Ok(&[("text/plain", "1"), ("text/plain", "2")]),
    );
    check(
        &format!("{MIXED}--b\n\n1 --b\n--bc\n--b--c\n2"),
        Ok(&[("text/plain", "1 --b\n--bc\n--b--c\n2")]),
    );
    check(&format!("{MIXED}--b--\n--b\n\n1"), Ok(&[]));
    let inner = "Content-Type: multipart/alternative; boundary=\"b 2\"\n\n--b 2\n\n1\n--b 2--\n";
    check(
        &format!("{MIXED}--b\n{inner}\n--b\n\n2"),
        Ok(&[("text/plain", "1"), ("text/plain", "2")]),
    );
    let message = "Content-Type: message/rfc822\n\n";
    check(&format!("{MIXED}--b\n{message}{inner}"), Ok(&[("message/rfc822", inner)]));
}

/// A stack that is built out of what a stranger nests ends the program.
#[test]
fn limits() {
    const LEVEL: &str = "Content-Type:message/rfc822\n\n";
    let inner = LEVEL.repeat(200_000);
    check(&format!("{LEVEL}{inner}"), Ok(&[("message/rfc822", &inner)]));
    let multipart = |depth: usize| -> String {
        let level = |at: usize| format!("Content-Type: multipart/x; boundary=b{at}x\n\n--b{at}x\n");
        (0..depth).map(level).collect()
    };
    check(&format!("{}\n1", multipart(3)), Ok(&[("text/plain", "1")]));
    check(&multipart(4), Err(ExtractError::TooDeep { limit: 3 }));
    check(&multipart(50_000), Err(ExtractError::TooDeep { limit: 3 }));
    let many = format!("Content-Type: multipart/x; boundary=b\n\n{}", "--b\n\n".repeat(200_000));
    check(&many, Err(ExtractError::TooManyParts { limit: 6 }));
    let long = format!("A: {}\n\n", "a".repeat(400));
    check(&long, Err(ExtractError::HeaderTooLong { limit: 400 }));
}

proptest! {
    #[test]
    fn no_octet_is_in_two_parts(
        mail in proptest::collection::vec("--b|--|\r?\n|Content-Type: |multipart/x; boundary=b|message/rfc822|[a-z ]{0,3}", 0..60),
    ) {
        let mail = mail.concat();
        if let Ok(parts) = Part::all(mail.as_bytes(), ExtractLimits::default()) {
            let octets: usize = parts.iter().map(|part| part.octets.len()).sum();
            prop_assert!(octets <= mail.len());
        }
    }
}
