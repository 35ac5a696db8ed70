//! The JSON of every problem: programs match on the kinds, so they are pinned here.

mod errors;

use serde::Serialize;
use serde_json::{Value, json};

use crate::dmarc::{AuthorError, DmarcProblem};
use crate::lookup::{Name, Question, RecordType};
use crate::record::dkim::KeyType;
use crate::spf::SpfProblem;
use crate::spf::tree::{SpfTreeBound, SpfTreeProblem};
use crate::verify::{ArcField, ArcProblem, ArcProblemKind, ArcResult, DkimProblem, DkimWeakness};
use crate::{Domain, HeaderError, RecordError};

/// The problem, its kind, what belongs to it, and the sentence.
#[track_caller]
fn check(problem: &impl Serialize, kind: &str, data: Value, message: &str) {
    let mut expected = data;
    if let Some(fields) = expected.as_object_mut() {
        fields.insert("kind".to_owned(), kind.into());
        fields.insert("message".to_owned(), message.into());
    }
    assert_eq!(serde_json::to_value(problem).ok(), Some(expected));
}

fn acme() -> Domain {
    "acme.test".parse().unwrap_or_else(|error| unreachable!("{error}"))
}

/// What is wrong with a record, and its JSON.
fn unknown_word() -> (RecordError, Value) {
    let Err(error) = "v=DMARC1; p=rejct".parse::<crate::DmarcRecord>() else {
        unreachable!("the word is none");
    };
    let json = json!({
        "kind": "invalid-value",
        "tag": "p",
        "span": { "start": 12, "end": 17 },
        "message": "invalid value for tag `p` at byte 12: unknown word",
    });
    (error, json)
}

fn question() -> (Question, Value) {
    let question = Question::new(Name::from(&acme()), RecordType::Txt);
    (question, json!({ "question": { "name": "acme.test", "record_type": "TXT" } }))
}

#[test]
fn dkim() {
    use DkimProblem as P;

    let header = HeaderError::TooLong { limit: 9 };
    let header_json =
        json!({ "kind": "too-long", "limit": 9, "message": "header longer than 9 octets" });
    let (record, record_json) = unknown_word();
    let error = |json: &Value| json!({ "error": json });
    check(
        &P::Header(header),
        "header",
        error(&header_json),
        "unreadable header: header longer than 9 octets",
    );
    check(
        &P::Malformed(record.clone()),
        "malformed",
        error(&record_json),
        "malformed signature: invalid value for tag `p` at byte 12: unknown word",
    );
    check(&P::Sha1, "sha1", json!({}), "rsa-sha1 is no longer accepted");
    check(&P::FromUnsigned, "from-unsigned", json!({}), "the From field is not signed");
    check(&P::Identity, "identity", json!({}), "the identity is not in the signing domain");
    check(&P::Expired, "expired", json!({}), "the signature has expired");
    check(
        &P::TooMany { limit: 8, unchecked: 2 },
        "too-many",
        json!({ "limit": 8, "unchecked": 2 }),
        "only the first 8 signatures are checked, 2 more were not",
    );
    let limit = json!({ "limit": 16 });
    check(&P::TooManyKeys { limit: 16 }, "too-many-keys", limit, "only 16 keys are looked up");
    check(&P::KeyUnavailable, "key-unavailable", json!({}), "the key could not be looked up");
    check(&P::NoKey, "no-key", json!({}), "there is no key");
    check(&P::SeveralKeys, "several-keys", json!({}), "there is more than one key");
    check(
        &P::MalformedKey(record),
        "malformed-key",
        error(&record_json),
        "malformed key: invalid value for tag `p` at byte 12: unknown word",
    );
    check(&P::Revoked, "revoked", json!({}), "the key was revoked");
    check(&P::KeyUse, "key-use", json!({}), "the key is not for this use");
    let bits = |bits: usize| json!({ "bits": bits });
    check(&P::LongKey { bits: 9000 }, "long-key", bits(9000), "a key of 9000 bits is too long");
    check(
        &P::UnreadableKey(KeyType::Rsa),
        "unreadable-key",
        json!({ "key_type": "rsa" }),
        "the rsa key cannot be read",
    );
    check(&P::WeakKey { bits: 512 }, "weak-key", bits(512), "a key of 512 bits is too weak");
    check(&P::Body, "body", json!({}), "the body was changed");
    check(
        &P::PartialBody { signed: 1, octets: 2 },
        "partial-body",
        json!({ "signed": 1, "octets": 2 }),
        "only 1 of 2 octets of the body are signed",
    );
    check(
        &P::Signature,
        "signature",
        json!({}),
        "the signed header fields were changed, or the key is another",
    );
}

#[test]
fn dkim_weaknesses() {
    use DkimWeakness as W;

    check(&W::BodyLength, "body-length", json!({}), "it limits the body that it covers");
    let bits = json!({ "bits": 1024 });
    check(&W::ShortKey { bits: 1024 }, "short-key", bits, "its key has 1024 bits only");
    check(&W::Testing, "testing", json!({}), "the domain is testing");
    let name = json!({ "name": "To" });
    check(&W::Unsigned { name: "To" }, "unsigned", name, "To is not signed");
    check(&W::FromTheFuture, "from-the-future", json!({}), "it is dated in the future");
}

#[test]
fn spf() {
    use SpfProblem as P;

    let name = || Name::from(&acme());
    let domain = || json!({ "domain": "acme.test" });
    let term = || json!({ "term": "include:b.test" });
    let limit = || json!({ "limit": 10 });
    let (record, record_json) = unknown_word();
    let (asked, asked_json) = question();
    check(&P::NotADomain, "not-a-domain", json!({}), "the name in the envelope is not a domain");
    check(&P::NoRecord(name()), "no-record", domain(), "acme.test has no SPF record");
    check(
        &P::NoRecordAt { term: "include:b.test".to_owned() },
        "no-record-at",
        term(),
        "`include:b.test` leads to a domain without SPF record",
    );
    check(
        &P::MultipleRecords(name()),
        "multiple-records",
        domain(),
        "acme.test has more than one SPF record",
    );
    check(
        &P::InvalidRecord { domain: name(), error: record },
        "invalid-record",
        json!({ "domain": "acme.test", "error": record_json }),
        "the SPF record of acme.test is invalid: invalid value for tag `p` at byte 12: \
         unknown word",
    );
    check(&P::LookupLimit(10), "lookup-limit", limit(), "more than 10 terms need a lookup");
    check(
        &P::VoidLookupLimit(10),
        "void-lookup-limit",
        limit(),
        "more than 10 lookups brought nothing",
    );
    check(
        &P::MxLimit { domain: name(), limit: 10 },
        "mx-limit",
        json!({ "domain": "acme.test", "limit": 10 }),
        "more than 10 mail exchangers of acme.test",
    );
    check(&P::QuestionLimit(10), "question-limit", limit(), "more than 10 questions to the DNS");
    check(
        &P::ExpansionLimit { term: "include:b.test".to_owned() },
        "expansion-limit",
        term(),
        "`include:b.test` grows beyond any name",
    );
    check(
        &P::TemporaryFailure(asked),
        "temporary-failure",
        asked_json,
        "no answer to acme.test TXT",
    );
    check(&P::NoMatch(name()), "no-match", domain(), "no term of acme.test matches");
}

#[test]
fn spf_tree() {
    use SpfTreeProblem as P;

    let (record, record_json) = unknown_word();
    let (asked, asked_json) = question();
    check(&P::NoRecord, "no-record", json!({}), "no SPF record");
    check(&P::MultipleRecords, "multiple-records", json!({}), "more than one SPF record");
    check(
        &P::InvalidRecord(record),
        "invalid-record",
        json!({ "error": record_json }),
        "invalid SPF record: invalid value for tag `p` at byte 12: unknown word",
    );
    check(
        &P::TemporaryFailure(asked),
        "temporary-failure",
        asked_json,
        "no answer to acme.test TXT",
    );
    let name = json!({ "name": "acme.test" });
    check(&P::Loop(Name::from(&acme())), "loop", name, "leads back to acme.test");
    check(&P::NotAName, "not-a-name", json!({}), "not a name that can be asked for");
    check(
        &P::MxHosts(11),
        "mx-hosts",
        json!({ "count": 11 }),
        "11 mail exchangers, of which a check follows 10",
    );
    check(
        &P::Limit { what: SpfTreeBound::Depth, limit: 10 },
        "limit",
        json!({ "what": "depth", "limit": 10 }),
        "not followed: more than 10 levels",
    );
}

#[test]
fn dmarc() {
    use DmarcProblem as P;

    let domain = || json!({ "domain": "acme.test" });
    let (record, record_json) = unknown_word();
    let (asked, asked_json) = question();
    check(&P::NoAuthor, "no-author", json!({}), "the From field names no domain");
    check(
        &P::Author(AuthorError::Repeated),
        "author",
        json!({ "error": { "kind": "repeated", "message": "more than one From field" } }),
        "more than one From field",
    );
    check(
        &P::SeveralAuthors(2),
        "several-authors",
        json!({ "count": 2 }),
        "the From field names 2 domains, and not every one is proved",
    );
    check(&P::NoRecord(acme()), "no-record", domain(), "no DMARC record applies to acme.test");
    check(
        &P::MultipleRecords(acme()),
        "multiple-records",
        domain(),
        "acme.test has more than one DMARC record",
    );
    check(
        &P::UnusableRecord { domain: acme(), error: record },
        "unusable-record",
        json!({ "domain": "acme.test", "error": record_json }),
        "the DMARC record of acme.test has no valid policy and no report address: \
         invalid value for tag `p` at byte 12: unknown word",
    );
    check(
        &P::TemporaryFailure(asked),
        "temporary-failure",
        asked_json,
        "no answer to acme.test TXT",
    );
    check(
        &P::SpfUndecided(acme()),
        "spf-undecided",
        domain(),
        "SPF came to no result for acme.test",
    );
    check(
        &P::DkimUndecided(acme()),
        "dkim-undecided",
        domain(),
        "DKIM came to no result for acme.test",
    );
}

#[test]
fn arc() {
    use ArcProblemKind as K;

    let check = |kind: ArcProblemKind, name: &str, mut data: Value, message: &str| {
        check(&kind, name, data.clone(), message);
        data["field"] = "ARC-Seal".into();
        data["instance"] = 2.into();
        let problem = ArcProblem { kind, field: Some(ArcField::Seal), instance: Some(2) };
        check(&problem, name, data, &format!("ARC-Seal i=2: {message}"));
    };
    let (record, record_json) = unknown_word();
    check(
        K::Header(HeaderError::TooLong { limit: 9 }),
        "header",
        json!({ "error": {
            "kind": "too-long", "limit": 9, "message": "header longer than 9 octets",
        } }),
        "unreadable header: header longer than 9 octets",
    );
    check(
        K::Malformed(record),
        "malformed",
        json!({ "error": record_json }),
        "malformed field: invalid value for tag `p` at byte 12: unknown word",
    );
    check(K::Duplicate, "duplicate", json!({}), "the field stands twice");
    check(K::Missing, "missing", json!({}), "the field is missing");
    let status = json!({ "status": "pass" });
    check(K::Status(ArcResult::Pass), "status", status, "cv=pass is out of place");
    check(K::FailedBefore, "failed-before", json!({}), "the chain had failed before");
    check(K::SignsSeals, "signs-seals", json!({}), "a seal is among the signed fields");
    check(K::ListsFields, "lists-fields", json!({}), "the seal lists signed fields");
    check(
        K::Signature(DkimProblem::NoKey),
        "signature",
        json!({ "problem": { "kind": "no-key", "message": "there is no key" } }),
        "there is no key",
    );
}
