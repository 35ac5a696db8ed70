//! What is wrong with a record, a header or a From field.

use serde_json::{Value, json};

use super::check;
use crate::dmarc::AuthorError;
use crate::{HeaderError, RecordError, RecordErrorKind};

#[test]
fn authors_and_headers() {
    use AuthorError as A;
    use HeaderError as H;

    check(
        &A::Header(H::Malformed { at: 7 }),
        "header",
        json!({ "error": {
            "kind": "malformed", "at": 7, "message": "no header field at byte 7",
        } }),
        "unreadable header: no header field at byte 7",
    );
    check(&A::Missing, "missing", json!({}), "no From field");
    check(&A::Repeated, "repeated", json!({}), "more than one From field");
    let none = "the From field holds no address, or text that is none";
    check(&A::Malformed, "malformed", json!({}), none);
    check(&A::SeveralDomains, "several-domains", json!({}), "the From field names several domains");
    check(&A::AddressLiteral, "address-literal", json!({}), "the From field names an IP address");
    check(
        &A::NotALabel,
        "not-a-label",
        json!({}),
        "the From field names a domain with letters beyond ASCII, which is read as A-labels alone",
    );
    let at = || json!({ "at": 7 });
    check(&H::Control { at: 7 }, "control", at(), "NUL or bare carriage return at byte 7");
    let ends = "another kind of line end at byte 7";
    check(&H::MixedLineEnds { at: 7 }, "mixed-line-ends", at(), ends);
    let limit = json!({ "limit": 9 });
    check(&H::TooManyFields { limit: 9 }, "too-many-fields", limit, "more than 9 header fields");
}

#[test]
fn records() {
    use RecordErrorKind as K;

    let check = |kind: RecordErrorKind, name: &str, mut data: Value, message: &str| {
        data["span"] = json!({ "start": 3, "end": 5 });
        check(&RecordError::new(kind, 3..5), name, data, &format!("{message} at byte 3"));
    };
    let (tag, name) = ("p".to_owned(), "ipv4".to_owned());
    let p = || json!({ "tag": "p" });
    let ipv4 = || json!({ "name": "ipv4" });
    check(
        K::WrongVersion { expected: "DMARC1" },
        "wrong-version",
        json!({ "expected": "DMARC1" }),
        "expected version `DMARC1`",
    );
    check(K::MissingTag { tag: "p" }, "missing-tag", p(), "missing tag `p`");
    check(K::DuplicateTag { tag: tag.clone() }, "duplicate-tag", p(), "duplicate tag `p`");
    check(K::MalformedTag, "malformed-tag", json!({}), "malformed tag");
    check(K::InvalidValue { tag }, "invalid-value", p(), "invalid value for tag `p`");
    check(K::NotUtf8, "not-utf8", json!({}), "octets that are not UTF-8");
    check(
        K::UnexpectedCharacter('é'),
        "unexpected-character",
        json!({ "character": "é" }),
        "unexpected character '\\u{e9}'",
    );
    let unknown = K::UnknownMechanism { name: name.clone() };
    check(unknown, "unknown-mechanism", ipv4(), "unknown mechanism `ipv4`");
    check(K::InvalidArgument, "invalid-argument", json!({}), "invalid argument of a mechanism");
    check(
        K::InvalidCidrLength { max: 32 },
        "invalid-cidr-length",
        json!({ "max": 32 }),
        "network length is not a number from 0 to 32",
    );
    check(K::InvalidDomain, "invalid-domain", json!({}), "invalid domain name");
    check(K::InvalidUri, "invalid-uri", json!({}), "not an `https` URI");
    check(K::InvalidMacro, "invalid-macro", json!({}), "invalid macro");
    let twice = K::DuplicateModifier { name };
    check(twice, "duplicate-modifier", ipv4(), "duplicate modifier `ipv4`");
    let limit = json!({ "limit": 9 });
    check(K::TooLong { limit: 9 }, "too-long", limit, "record longer than 9 octets");
}
