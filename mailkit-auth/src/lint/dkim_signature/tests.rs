use super::*;
use proptest::prelude::*;

const GOOD: &str = "v=1; a=rsa-sha256; d=a.test; s=s1; t=100; x=200; \
    h=From:From:To:To:Subject:Subject:Date:Date:Reply-To; bh=AAAA; b=AAAA";

/// The good signature with a part replaced, and the codes and messages found.
#[track_caller]
fn check_with(context: &SignatureContext, from: &str, to: &str, expected: &[&str]) {
    let text = GOOD.replacen(from, to, 1);
    let findings = lint_dkim_signature(&text, context);
    let found: Vec<String> =
        findings.iter().map(|it| format!("{} {}", it.code, it.message)).collect();
    assert_eq!(found, expected, "{text:?}");
    assert!(findings.iter().all(|finding| finding.fix.is_none()));
}

#[track_caller]
fn check(from: &str, to: &str, expected: &[&str]) {
    check_with(&SignatureContext::default(), from, to, expected);
}

#[test]
fn signatures() {
    check("", "", &[]);
    check("rsa-sha256", "rsa-sha1", &["DKM029 verifiers no longer accept `rsa-sha1`"]);
    check(
        "rsa-sha256",
        "rsa-sha265",
        &["DKM033 `rsa-sha265` is no algorithm: is `rsa-sha256` meant?"],
    );
    check("rsa-sha256", "dsa", &["DKM033 `dsa` is no algorithm"]);
    check("t=100", "l=0; t=100", &["DKM026 what stands after 0 octets is not signed"]);
    check("x=200", "x=100", &["DKM030 it expires before it was made"]);
    check("x=200; ", "", &[]);
    check("From:From:", "", &["DKM027 the From field is not signed"]);
    check("From:From:", "from:", &["DKM028 another From can be added unseen"]);
    check("Subject:Subject:", "", &["DKM028 the Subject field is not signed"]);
    check(":Reply-To", "", &["DKM028 another Reply-To can be added unseen"]);
    check(
        "Reply-To",
        "Reply-To : Received",
        &["DKM031 hosts on the way change Received and break the signature"],
    );
    check("d=a.test; ", "", &["DKM033 missing tag `d`"]);
    check("s=s1", "s=s1; s=s2", &["DKM033 `s` stands twice"]);
    check("s=s1", "s=s1; oops", &["DKM033 malformed tag"]);
    check("v=1", "v=2", &["DKM033 invalid value for tag `v`"]);
}

#[test]
fn contexts() {
    let bulk = SignatureContext::default().of_bulk_mail();
    check_with(&bulk, "", "", &[]);
    check_with(
        &bulk,
        "x=200; ",
        "",
        &["DKM030 it never expires, so that the message can be sent again to others"],
    );
    let answered = SignatureContext::new(["from", "to", "subject", "date", "reply-to"]);
    check_with(&answered, "", "", &["DKM028 another Reply-To can be added unseen"]);
}

#[test]
fn the_place_of_a_trace_field_is_told() {
    let text = GOOD.replace("To:To", "To: \r\n Received :To");
    let findings = lint_dkim_signature(&text, &SignatureContext::default());
    let spans: Vec<&str> = findings
        .iter()
        .filter(|it| it.code == "DKM031")
        .filter_map(|it| text.get(it.span.clone()))
        .collect();
    assert_eq!(spans, ["Received"]);
}

#[test]
fn nothing_has_a_fix() {
    for value in ["v=1;; a=", "v=1; a=rsa-sha1;; b=", ";;", "a=1; a=1"] {
        let findings = lint_dkim_signature(value, &SignatureContext::default());
        assert!(!findings.is_empty() && findings.iter().all(|it| it.fix.is_none()), "{value:?}");
    }
}

proptest! {
    #[test]
    fn what_does_not_parse_is_an_error(
        text in "v=1;(( ?a=rsa-sha(1|256)|d=a.test|s=s|h=From:[a-z:\r\n ]{0,5}|bh=AAAA|b=AAAA|[ltxicq]=[a-z0-9@/:]{0,5});){0,9}|\\PC{0,60}",
    ) {
        let findings = lint_dkim_signature(&text, &SignatureContext::default().of_bulk_mail());
        let error = findings.iter().any(|finding| finding.severity == Severity::Error);
        prop_assert!(error || text.parse::<DkimSignature>().is_ok(), "{}", text);
        prop_assert!(findings.iter().all(|finding| text.get(finding.span.clone()).is_some()));
    }
}
