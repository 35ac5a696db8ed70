//! Every reason that a raw mail can have: a mail that has it, and a near miss that does not.
#![cfg(feature = "message")]
#![allow(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, SystemTime};

use mailkit_risk::{
    Account, AuthSignals, Code, Context, Counterparty, DkimResult, DmarcPolicy, DmarcResult,
    Limits, MessageView, Place, Scorer, SpfResult,
};

const KNOWN_IBAN: &str = "DE89 3704 0044 0532 0130 00";
const OTHER_IBAN: &str = "DE02 1203 0000 0000 2020 51";
const FOREIGN_IBAN: &str = "GB29 NWBK 6016 1331 9268 19";

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000)
}

fn days_ago(days: u64) -> SystemTime {
    now() - Duration::from_secs(days * 86_400)
}

fn supplier() -> Counterparty {
    Counterparty::new("supplier.example")
        .with_account(Account::iban(KNOWN_IBAN).unwrap())
        .with_currency("EUR")
        .with_address("ann@supplier.example")
        .with_history(40, days_ago(10))
}

fn context() -> Context {
    Context::new(now())
        .with_own_domain("acme.example")
        .with_own_person("Jane Roe", "jane.roe@acme.example")
        .with_counterparty(supplier())
        .with_counterparty(Counterparty::new("newcomer.example"))
        .with_known_domain("bigbank.example")
}

fn auth() -> AuthSignals {
    AuthSignals::default()
}

/// A mail from this mailbox with more header lines and this body.
fn mail(from: &str, more: &str, body: &str) -> Vec<u8> {
    let more: String = more.lines().map(|line| format!("{line}\n")).collect();
    format!("From: {from}\nTo: jane.roe@acme.example\nSubject: Invoice 4711\n{more}\n{body}\n")
        .replace('\n', "\r\n")
        .into_bytes()
}

fn plain(body: &str) -> Vec<u8> {
    mail("Ann <ann@supplier.example>", "Content-Type: text/plain; charset=utf-8", body)
}

fn html(body: &str) -> Vec<u8> {
    mail("Ann <ann@supplier.example>", "Content-Type: text/html; charset=utf-8", body)
}

fn from(mailbox: &str) -> Vec<u8> {
    mail(mailbox, "", "Please find our invoice.")
}

fn header(lines: &str) -> Vec<u8> {
    mail("Ann <ann@supplier.example>", lines, "Please find our invoice.")
}

/// A mail that is nothing but this file, its name percent-encoded (RFC 2231).
fn file(name: &str, content: &[u8]) -> Vec<u8> {
    let name: String = name.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let lines = format!(
        "Content-Type: application/octet-stream
Content-Disposition: attachment; filename*=utf-8''{name}"
    );
    let mut raw = mail("Ann <ann@supplier.example>", &lines, "");
    raw.truncate(raw.len() - 2);
    raw.extend(content);
    raw
}

/// The code is found in the first mail, and not in the second.
#[track_caller]
fn check_in(context: &Context, code: Code, faulty: &[u8], near_miss: &[u8]) {
    let scorer = Scorer::builtin();
    let assessment = scorer.assess(faulty, context);
    assert!(assessment.reason(code).is_some(), "{code} is missing: {:?}", assessment.reasons());
    let assessment = scorer.assess(near_miss, context);
    assert!(assessment.reason(code).is_none(), "{code} is wrong: {:?}", assessment.reasons());
}

#[track_caller]
fn check(code: Code, faulty: &[u8], near_miss: &[u8]) {
    check_in(&context(), code, faulty, near_miss);
}

/// The code is found in an ordinary mail with these results of authentication, and not with the others.
#[track_caller]
fn check_auth(code: Code, mailbox: &str, faulty: AuthSignals, near_miss: AuthSignals) {
    let found = |auth| {
        Scorer::builtin().assess(&from(mailbox), &context().with_auth(auth)).reason(code).is_some()
    };
    assert_eq!((found(faulty), found(near_miss)), (true, false), "{code}");
}

#[test]
fn authentication() {
    let supplier = "ann@supplier.example";
    let reject = Some(DmarcPolicy::Reject);
    check_auth(
        Code::SpfFail,
        supplier,
        auth().with_spf(SpfResult::Fail),
        auth().with_spf(SpfResult::Neutral),
    );
    check_auth(
        Code::SpfSoftFail,
        supplier,
        auth().with_spf(SpfResult::SoftFail),
        auth().with_spf(SpfResult::TempError),
    );
    check_auth(
        Code::DkimFail,
        supplier,
        auth().with_dkim(DkimResult::Fail),
        auth().with_dkim(DkimResult::None),
    );
    check_auth(Code::DmarcNone, supplier, auth().with_dmarc(DmarcResult::None, None), auth());
    let fail = |policy| auth().with_dmarc(DmarcResult::Fail, policy);
    check_auth(
        Code::DmarcFail,
        supplier,
        fail(Some(DmarcPolicy::None)),
        auth().with_dmarc(DmarcResult::Pass, reject),
    );
    check_auth(Code::DmarcFailEnforced, supplier, fail(reject), fail(Some(DmarcPolicy::None)));
    check_auth(
        Code::OwnDomainUnauthenticated,
        "jane.roe@acme.example",
        fail(None),
        auth().with_dmarc(DmarcResult::Pass, None),
    );
    check_auth(
        Code::OwnDomainUnauthenticated,
        "x@foo.example, jane.roe@acme.example",
        fail(None),
        auth().with_dmarc(DmarcResult::Pass, None),
    );
    let pass = auth().with_dmarc(DmarcResult::Pass, None);
    check_auth(Code::TrustKnownCounterparty, supplier, pass.clone(), auth());
    check_auth(
        Code::TrustKnownCounterparty,
        supplier,
        pass.clone(),
        pass.with_from_domain("other.example"),
    );
}

#[test]
fn identity() {
    check(
        Code::ReplyToMismatch,
        &header("Reply-To: ann@elsewhere.example"),
        &header("Reply-To: sales@eu.supplier.example"),
    );
    check(
        Code::ReplyToFreemail,
        &header("Reply-To: ann.supplier@gmail.com"),
        &header("Reply-To: ann@elsewhere.example"),
    );
    check(
        Code::ReplyToFreemail,
        &header("Reply-To: a@gmail.com"),
        &mail("a@web.de", "Reply-To: a@gmail.com", "Hi"),
    );
    check(
        Code::LookalikeReplyTo,
        &header("Reply-To: ann@suppl1er.example"),
        &header("Reply-To: ann@customer.example"),
    );
    let shows = |address: &str| from(&format!("\"{address}\" <ann@supplier.example>"));
    check(Code::DisplayNameAddress, &shows("ceo@acme.example"), &shows("ann@supplier.example"));
    check(
        Code::OwnPersonSpoofed,
        &from("Jane Roe <jane.roe.office@gmail.com>"),
        &from("Jane Roe <jane@acme.example>"),
    );
    check(
        Code::OwnPersonSpoofed,
        &from("=?utf-8?q?JANE_=E2=80=8BRoe?= <x@y.example>"),
        &from("Jane Roebuck <x@y.example>"),
    );
    check(Code::LookalikeDomain, &from("ann@suppl1er.example"), &from("ann@mail.supplier.example"));
    check(Code::LookalikeDomain, &from("it@acrne.example"), &from("it@acts.example"));
    check(
        Code::LookalikeVariant,
        &from("ann@supplier-payments.example"),
        &from("ann@payments.supplier.example"),
    );
    check(Code::LookalikeVariant, &from("ann@supplier.test"), &from("ann@consumer.test"));
    check(
        Code::MixedScriptDomain,
        &from("a@xn--pypal-4ve.example"),
        &from("a@xn--bcher-kva.example"),
    );
    check(
        Code::MultipleFrom,
        &header("From: boss@acme.example"),
        &header("Sender: boss@acme.example"),
    );
    check(
        Code::MultipleFrom,
        &from("a@supplier.example, b@acme.example"),
        &from("\"a, b\" <a@supplier.example>"),
    );
    check(Code::FromMalformed, &from("Ann"), &from("ann@supplier.example"));
    check(Code::FromMalformed, b"Subject: a\r\n\r\ntext\r\n", &from("ann@supplier.example"));
    check(
        Code::CounterpartyNewAddress,
        &from("bob@supplier.example"),
        &from("Ann <ANN@supplier.example>"),
    );
}

#[test]
fn identity_from_the_session_and_from_history() {
    let ip = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
    let scorer = Scorer::builtin();
    let in_context = |code, context: Context| {
        scorer.assess(&from("ann@supplier.example"), &context).reason(code).is_some()
    };
    let envelope = |address: &str| context().with_envelope(address, ip);
    assert!(in_context(Code::EnvelopeLookalike, envelope("bounce@suppl1er.example")));
    assert!(!in_context(Code::EnvelopeLookalike, envelope("bounce@mailer.example")));
    assert!(!in_context(Code::EnvelopeLookalike, envelope("")));
    let silent_for = |days| {
        Context::new(now()).with_counterparty(
            Counterparty::new("supplier.example").with_history(9, days_ago(days)),
        )
    };
    assert!(in_context(Code::CounterpartyDormant, silent_for(400)));
    assert!(!in_context(Code::CounterpartyDormant, silent_for(300)));
}

#[test]
fn payment() {
    check(
        Code::PaymentAccountChanged,
        &plain(&format!("IBAN: {OTHER_IBAN}")),
        &plain(&format!("IBAN: {KNOWN_IBAN}")),
    );
    check(
        Code::PaymentAccountChanged,
        &plain(&OTHER_IBAN.replace(' ', "")),
        &plain(&KNOWN_IBAN.replace(' ', "")),
    );
    check(
        Code::PaymentAccountChanged,
        &html("<b>DE02</b> 1203&nbsp;0000 0000 2020 51"),
        &html("<b>DE89</b> 3704&nbsp;0044 0532 0130 00"),
    );
    check(
        Code::PaymentAccountChanged,
        &html("<td>DE0212030000<!-- x -->0000202051</td>"),
        &html("<td>DE02120300000000202052</td>"),
    );
    check(
        Code::PaymentAccountChanged,
        &plain("Kontonummer: 9988776655"),
        &plain("Kontonummer: 0532013000"),
    );
    check(
        Code::PaymentAccountChanged,
        &plain("收款账号：6222 0212 3456 7890"),
        &plain("订单号：6222 0212 3456 7890"),
    );
    let both = |words: &str| plain(&format!("{words} IBAN {KNOWN_IBAN}, account number 99887766."));
    check(
        Code::PaymentAccountChanged,
        &both("Our bank has changed our account: new bank account!"),
        &both("Your customer data:"),
    );
    check(
        Code::PaymentAccountChanged,
        &plain("계좌번호: 324-554566-13-909"),
        &plain("주문번호: 324-554566-13-909"),
    );
    check(Code::PaymentCountryChanged, &plain(FOREIGN_IBAN), &plain(OTHER_IBAN));
    check(
        Code::PaymentCurrencyChanged,
        &plain(&format!("USD 900 to {OTHER_IBAN}")),
        &plain(&format!("EUR 900 to {OTHER_IBAN}")),
    );
    check(
        Code::PaymentCurrencyChanged,
        &plain(&format!("USD 900 to {OTHER_IBAN}")),
        &plain("USD 900"),
    );
    let newcomer = |body: &str| mail("new@newcomer.example", "", body);
    check(Code::PaymentAccountUnknown, &newcomer(OTHER_IBAN), &newcomer("No bank details here."));
    check(
        Code::PaymentAccountUnknown,
        &newcomer(OTHER_IBAN),
        &mail("x@stranger.example", "", OTHER_IBAN),
    );
    // Everybody can have an address at a free provider, so the domain is no counterparty there.
    let at_home = Counterparty::new("gmail.com")
        .with_address("ann.supplier@gmail.com")
        .with_account(Account::iban(KNOWN_IBAN).unwrap());
    check_in(
        &context().with_counterparty(at_home),
        Code::PaymentAccountChanged,
        &mail("Ann.Supplier@gmail.com", "", OTHER_IBAN),
        &mail("other@gmail.com", "", OTHER_IBAN),
    );
    for (faulty, near_miss) in [
        ("Please note our new bank details.", "Our bank details are below as always."),
        ("We have changed our bank.", "We have changed our packaging."),
        ("请注意，我们的收款账户变更。", "请注意，我们的地址变更。"),
        ("Unsere Bankverbindung hat sich geändert.", "Unsere Bankverbindung finden Sie unten."),
        ("Hemos cambiado de banco.", "Hemos cambiado de oficina."),
    ] {
        check(Code::PaymentChangeRequest, &plain(faulty), &plain(near_miss));
    }
}

#[test]
fn wording() {
    for (code, faulty, near_miss) in [
        (Code::WordingUrgency, "This must be paid today.", "This was paid today."),
        (Code::WordingUrgency, "请立即付款。", "请付款。"),
        (Code::WordingUrgency, "Bitte sofort überweisen.", "Bitte überweisen."),
        (Code::WordingUrgency, "Es un pago urgente.", "Es un pago normal."),
        (Code::WordingSecrecy, "Keep this between us.", "The gap between us is small."),
        (Code::WordingSecrecy, "此事请保密。", "此事请批准。"),
        (Code::WordingSecrecy, "Das bleibt unter uns.", "Das bleibt unter 5 Euro."),
        (Code::WordingSecrecy, "No se lo diga a nadie.", "No se lo diga mañana."),
        (Code::WordingAuthority, "The board has approved it.", "The board is mounted."),
        (Code::WordingAuthority, "董事长交代的事", "董事长来访"),
        (Code::WordingCredentials, "Please verify your account.", "Please verify your order."),
        (Code::WordingCredentials, "V\u{200b}erify your ac\u{200b}count.", "Verify the count."),
        (Code::WordingCredentials, "您的密码即将过期", "您的报价即将过期"),
        (Code::WordingCredentials, "Ihr Passwort läuft ab.", "Ihr Angebot läuft ab."),
        (Code::WordingGiftCard, "Buy five gift cards.", "Buy five gifts."),
    ] {
        check(code, &plain(faulty), &plain(near_miss));
    }
    check(
        Code::WordingSecrecy,
        &html("<p>keep this <b>between</b> us</p>"),
        &html("<p>keep this <b>between</b> meals</p>"),
    );
    check(
        Code::PaymentChangeRequest,
        &html("<p hidden>Please note our new bank details.</p>"),
        &html("<p hidden>Please note our new opening hours.</p>"),
    );
}

#[test]
fn links() {
    let link = |target: &str, text: &str| html(&format!("<a href=\"{target}\">{text}</a>"));
    let evil = "https://evil.example/";
    check(Code::LinkTextMismatch, &link(evil, "www.bigbank.example"), &link(evil, "Log in"));
    check(
        Code::LinkTextMismatch,
        &link(evil, "https://bigbank.example/x"),
        &link(evil, "https://www.evil.example/y"),
    );
    let counted = link(evil, "www.supplier.example");
    let passes = context().with_auth(auth().with_dmarc(DmarcResult::Pass, None));
    assert!(Scorer::builtin().assess(&counted, &passes).reason(Code::LinkTextMismatch).is_none());
    check(
        Code::LinkTextMismatch,
        &counted,
        &link("https://www.supplier.example/", "www.supplier.example"),
    );
    check(
        Code::LinkIpAddress,
        &link("http://192.0.2.1/", "x"),
        &link("http://192-0-2-1.example/", "x"),
    );
    check(
        Code::LinkIpAddress,
        &plain("see http://3221225985/login"),
        &plain("see http://supplier.example/3221225985"),
    );
    check(
        Code::LinkUserinfo,
        &link("https://bigbank.example@evil.example/", "x"),
        &link("https://evil.example/@me", "x"),
    );
    check(Code::LinkScheme, &link("data:text/html,x", "x"), &link("cid:data", "x"));
    check(
        Code::LinkLookalike,
        &link("https://b1gbank.example/", "x"),
        &link("https://www.bigbank.example/", "x"),
    );
    check(
        Code::LinkLookalike,
        &plain("https://bigbank.example.evil.test/"),
        &plain("https://evil.test/bigbank.example"),
    );
    check(
        Code::LinkMixedScript,
        &link("https://xn--pypal-4ve.example/", "x"),
        &link("https://xn--bcher-kva.example/", "x"),
    );
}

#[test]
fn content() {
    let hidden = |letters: usize| {
        html(&format!("Hello<div style='display:none'>{}</div>", "word ".repeat(letters / 4)))
    };
    check(Code::HtmlHiddenText, &hidden(2_000), &hidden(100));
    check(
        Code::HtmlPasswordForm,
        &html("<form><input type=password></form>"),
        &html("<form><input type=text></form>"),
    );
    check(
        Code::InvisibleCharacters,
        &plain("pa\u{200b}y in\u{200b}voice no\u{200b}w"),
        &plain("a\u{200b} b \u{200b}👨\u{200d}👩\u{200d}👧"),
    );
    check(
        Code::BidiControl,
        &plain("pay \u{202e}001\u{202c} now"),
        &plain("שלום \u{202b}001\u{202c}"),
    );
}

#[test]
fn file_names() {
    check(Code::AttachmentExecutable, &file("update.exe", b"x"), &file("update.exe.pdf", b"x"));
    check(
        Code::AttachmentDoubleExtension,
        &file("invoice.pdf.js", b"x"),
        &file("invoice.js", b"x"),
    );
    check(
        Code::AttachmentNameBidi,
        &file("invoice\u{202e}fdp.scr", b"x"),
        &file("invoice.scr", b"x"),
    );
    let named = |names: &str| header(&format!("Content-Disposition: attachment; {names}"));
    check(
        Code::AttachmentExecutable,
        &named("filename=a.pdf; filename*=utf-8''a.exe"),
        &named("filename=a.pdf; filename*=utf-8''b.pdf"),
    );
    check(Code::AttachmentHtml, &file("invoice.html", b"x"), &file("invoice.pdf", b"x"));
}

#[test]
#[cfg(feature = "attachments")]
fn file_contents() {
    let script = b"<script>URL.createObjectURL(new Blob([atob('x')]))</script>";
    check(
        Code::HtmlSmuggling,
        &file("invoice.html", script),
        &file("invoice.html", b"<script>print()</script>"),
    );
    let program = [&b"MZ"[..], &[0; 58], &[64, 0, 0, 0], b"PE\0\0"].concat();
    check(
        Code::AttachmentContentMismatch,
        &file("invoice.pdf", &program),
        &file("invoice.pdf", b"MZ"),
    );
    check(Code::Unscannable, &file("a.rar", b"Rar!\x1a\x07\x00"), &file("a.txt", b"Rar"));
}

#[test]
fn structure() {
    let type_line = "Content-Type: text/plain; charset=utf-8";
    check(
        Code::MimeDuplicateField,
        &header(&format!("{type_line}\n{type_line}")),
        &header(type_line),
    );
    check(
        Code::HeaderDuplicateField,
        &header("Subject: again"),
        &header("Comments: a\nComments: b"),
    );
    let parts = |boundary: &str, body: &str| {
        mail("a@b.example", &format!("Content-Type: multipart/mixed{boundary}"), body)
    };
    let body = "--x\n\ntext\n--x--";
    check(Code::MimeBoundary, &parts("", body), &parts("; boundary=x", body));
    check(Code::MimeBoundary, &parts("; boundary=y", body), &parts("; boundary=\"x\"", body));
    let base64 = |text: &str| {
        mail("a@b.example", "Content-Type: text/plain\nContent-Transfer-Encoding: base64", text)
    };
    check(Code::MimeEncoding, &base64("!!!! not base64 !!!!"), &base64("aGVsbG8="));
    check(Code::BareNewline, b"From: a@b.example\r\n\r\na\nb\r\n", b"From: a@b.example\n\na\nb\n");
    check(Code::NulByte, b"From: a@b.example\r\n\r\na\0b\r\n", b"From: a@b.example\r\n\r\nab\r\n");
    check(Code::LimitReached, &header(&"X-A: b\n".repeat(1_200)), &header(&"X-A: b\n".repeat(100)));
    check(Code::Unreadable, b"", b"From: a@b.example\r\n\r\n");
    let subject = |subject: &str, more: &str| {
        format!("From: a@b.example\r\nSubject: {subject}\r\n{more}\r\nhi\r\n").into_bytes()
    };
    check(
        Code::ReplyWithoutThread,
        &subject("RE: order", ""),
        &subject("Re: order", "In-Reply-To: <1@a.example>\r\n"),
    );
    check(
        Code::ReplyWithoutThread,
        &subject("回复: order", ""),
        &subject("Regarding the order", ""),
    );
}

#[test]
fn deep_nesting_is_cut_and_named() {
    let mut raw = String::from("From: a@b.example\r\n");
    for level in 0..60 {
        raw += &format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n");
    }
    let assessment = Scorer::builtin().assess(raw.as_bytes(), &context());
    assert!(
        assessment.reason(Code::LimitReached).is_some() && !assessment.unscannable().is_empty()
    );
    let mut limits = Limits::default();
    limits.depth = 100;
    let assessment = Scorer::builtin().with_limits(limits).assess(raw.as_bytes(), &context());
    assert!(assessment.reason(Code::LimitReached).is_none(), "{:?}", assessment.reasons());
}

#[test]
fn what_is_left_out_is_listed() {
    let links =
        |count: usize| (0..count).map(|n| format!("https://shop{n}.example/ ")).collect::<String>();
    let mut limits = Limits::default();
    limits.links = 40;
    let scorer = Scorer::builtin().with_limits(limits);
    for (body, is_complete) in [
        (links(40), true),
        (links(41), false),
        ("urgent ".repeat(1_900), true),
        ("urgent ".repeat(2_100), false),
    ] {
        let assessment = scorer.assess(&plain(&body), &context());
        assert_eq!(assessment.unscannable().is_empty(), is_complete, "{}", body.len());
        assert_eq!(assessment.reason(Code::Unscannable).is_none(), is_complete, "{}", body.len());
    }
    let many_hosts = Scorer::builtin().assess(&plain(&links(251)), &context());
    assert_eq!(many_hosts.unscannable().len(), 1);
}

#[test]
fn places_point_at_the_evidence() {
    let raw = plain(&format!("Guten Tag,\nbitte zahlen Sie an {OTHER_IBAN}."));
    let view = MessageView::read(&raw, &Limits::default());
    let assessment = Scorer::builtin().assess(&raw, &context());
    let place = assessment.reason(Code::PaymentAccountChanged).map(|reason| reason.place.clone());
    let Some(Place::Part { index: 0, bytes: Some(bytes) }) = place else { panic!("{place:?}") };
    let rest = view.texts.first().and_then(|text| text.text.get(bytes.start..));
    assert!(rest.is_some_and(|rest| rest.starts_with("DE02")), "{rest:?}");
}
