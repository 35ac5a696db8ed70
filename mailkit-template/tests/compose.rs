//! Composed mails, read back by another implementation: as many headers come out as went in.

use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mail_parser::{HeaderName as Parsed, MessageParser};
use mailkit_template::compose::{
    AutoSubmitted, ComposeError, HeaderText, Mailbox, MessageId, OutgoingMail,
};
use mailkit_template::{Catalog, Recipient, RenderedMail, TemplateSource, Text, Value};
use proptest::prelude::*;

fn date() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_420_800)
}

fn rendered(topic: &str) -> Result<RenderedMail, Box<dyn Error>> {
    let source = TemplateSource::new("t")
        .with_file("template.toml", "id = 't'\ndefault-locale = 'de'\nsubject = 'subject'\nsubject-budget = 300\nparameters.topic.type = 'text'")
        .with_file("layout.html", "<html lang='{{ @lang }}' dir='{{ @dir }}'><p>{{ subject }}</p><p>.</p></html>")
        .with_file("messages/de.ftl", "subject = Grüße: { $topic }");
    Ok(Catalog::load([source])?.get("t")?.render(
        &Recipient::unnamed(),
        &[("topic", Value::text(topic))],
        date(),
    )?)
}

fn mail(topic: &str) -> Result<OutgoingMail, Box<dyn Error>> {
    let (from, to) = ("Sales <sales@example.com>".parse()?, "anna@example.org".parse()?);
    Ok(OutgoingMail::new(from, to, &rendered(topic)?, "<1.a@example.com>".parse()?, date()))
}

#[test]
fn whole_mail() -> Result<(), Box<dyn Error>> {
    let bytes = mail("LED")?
        .with_reply_to("\"Schmidt, A\" <a@example.com>".parse()?)
        .with_in_reply_to("<2@example.org>".parse()?)
        .with_references(["<1@example.org>".parse()?, "<2@example.org>".parse()?])
        .with_auto_submitted(AutoSubmitted::AutoReplied)
        .with_header("X-Ticket".parse()?, "Q-1".parse()?)
        .to_bytes()?;
    let expected = "\
From: \"Sales\" <sales@example.com>
To: <anna@example.org>
Subject: =?utf-8?B?R3LDvMOfZTogTEVE?=
Date: Mon, 23 Nov 2026 08:00:00 +0000
Message-ID: <1.a@example.com>
Reply-To: \"Schmidt, A\" <a@example.com>
In-Reply-To: <2@example.org>
References: <1@example.org> <2@example.org>
Auto-Submitted: auto-replied
Content-Language: de
X-Ticket: Q-1
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=\"=_de884b29abbe4ef8_0\"

";
    let text = String::from_utf8(bytes)?;
    let head = text.split_inclusive("\r\n\r\n").next().ok_or("no head")?;
    assert_eq!(head, expected.replace('\n', "\r\n"));
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "a line does not end in CRLF");
    let parsed = MessageParser::new().parse(text.as_bytes()).ok_or("not parsed")?;
    assert_eq!(parsed.body_text(0).as_deref(), Some("Grüße: LED\r\n\r\n.\r\n"));
    let html = parsed.body_html(0).ok_or("no HTML")?;
    assert!(html.starts_with("<html lang='de' dir='ltr'><p>Grüße: LED</p>"), "{html}");
    Ok(())
}

#[test]
fn what_is_written_elsewhere_is_refused() -> Result<(), Box<dyn Error>> {
    for name in ["Subject", "bcc", "CONTENT-TYPE", "Message-Id", "Return-Path"] {
        let refused = mail("LED")?.with_header(name.parse()?, "x".parse()?).to_bytes();
        assert_eq!(refused, Err(ComposeError::ReservedHeader { name: name.parse()? }));
    }
    let early = OutgoingMail::new(
        "a@example.com".parse()?,
        "b@example.com".parse()?,
        &rendered("LED")?,
        "<1@example.com>".parse()?,
        UNIX_EPOCH - Duration::from_secs(1),
    );
    assert_eq!(early.to_bytes(), Err(ComposeError::Date));
    Ok(())
}

#[test]
fn long_threads_keep_the_first_and_the_newest() -> Result<(), Box<dyn Error>> {
    let ids: Vec<MessageId> =
        (0..30).map(|i| format!("<{i}@example.org>").parse()).collect::<Result<_, _>>()?;
    let bytes = mail("LED")?.with_references(ids).to_bytes()?;
    let parsed = MessageParser::new().parse(&bytes).ok_or("not parsed")?;
    let references = parsed.references().as_text_list().ok_or("no list")?;
    assert_eq!(references.len(), 20);
    assert_eq!(references.first().map(AsRef::as_ref), Some("0@example.org"));
    assert_eq!(references.get(1).map(AsRef::as_ref), Some("11@example.org"));
    assert_eq!(references.last().map(AsRef::as_ref), Some("29@example.org"));
    Ok(())
}

/// mail-builder writes such a text as it is, and mail programs would show what it decodes to.
#[test]
fn encoded_words_are_not_smuggled() -> Result<(), Box<dyn Error>> {
    for topic in ["=?utf-8?Q?=0D=0ABcc:_x@example.com?=", "=?utf-8?B?DQpCY2M6IHg=?="] {
        let bytes = mail("LED")?.with_subject(Text::new(topic).into()).to_bytes()?;
        let parsed = MessageParser::new().parse(&bytes).ok_or("not parsed")?;
        assert_eq!(parsed.subject().map(str::to_owned), Some(topic.replace("=?", "= ?")));
        assert!(format!("{topic} <a@example.com>").parse::<Mailbox>().is_err());
    }
    Ok(())
}

/// Any text with a control character in it, and all the texts that look most like an attack.
fn hostile() -> impl Strategy<Value = String> {
    let control = prop::sample::select(vec![
        '\r', '\n', '\0', '\t', '\u{b}', '\u{c}', '\u{7f}', '\u{85}', '\u{2028}',
    ]);
    let attack = (".{0,12}", control, ".{0,12}").prop_map(|(a, c, b)| format!("{a}{c}{b}"));
    let header = ".{0,8}".prop_map(|a| format!("{a}\r\nBcc: x@example.com"));
    let folded = ".{0,8}".prop_map(|a| format!("{a}\r\n folded"));
    let word = prop::sample::select(vec![
        "=?utf-8?Q?=0D=0ABcc:_x@example.com?=".to_owned(),
        "=?utf-8?B?DQpCY2M6IHhAZXhhbXBsZS5jb20=?=".to_owned(),
    ]);
    prop_oneof![4 => attack, 2 => header, 2 => folded, 1 => word, 4 => any::<String>()]
}

proptest! {
    /// Whatever is tried in whatever field: it is refused, or one header goes out for each that came in.
    #[test]
    fn no_field_injects_a_header(
        name in hostile(), text in hostile(), id in hostile(), who in hostile(), topic in hostile(),
    ) {
        let mut outgoing = mail(&topic.chars().take(150).collect::<String>()).unwrap();
        let mut count = 8;
        if let (Ok(name), Ok(text)) = (name.parse(), text.parse()) {
            outgoing = outgoing.with_header(name, text);
            count += 1;
        }
        if let Ok(text) = text.parse() {
            outgoing = outgoing.with_header("X-Text".parse().unwrap(), text);
            count += 1;
        }
        if let Ok(id) = format!("<{id}@example.com>").parse::<MessageId>() {
            outgoing = outgoing.with_in_reply_to(id.clone()).with_references([id]);
            count += 2;
        }
        if let Ok(mailbox) = format!("{who} <a@example.com>").parse::<Mailbox>() {
            outgoing = outgoing.with_reply_to(mailbox);
            count += 1;
        }
        let Ok(bytes) = outgoing.to_bytes() else { return Ok(()) };
        let parsed = MessageParser::new().parse(&bytes).unwrap();
        prop_assert_eq!(parsed.root_part().headers.len(), count, "{}", String::from_utf8_lossy(&bytes));
        prop_assert!(parsed.header(Parsed::Bcc).is_none());
        prop_assert_eq!(outgoing.to_bytes().unwrap(), bytes, "the same mail twice");
    }

    /// A subject reads back as it was written.
    #[test]
    fn subjects_read_back(topic in "\\PC{0,60}|[=?utf8QB -]{0,20}") {
        let Ok(subject) = topic.parse::<HeaderText>() else { return Ok(()) };
        let bytes = mail("x").unwrap().with_subject(subject).to_bytes().unwrap();
        let parsed = MessageParser::new().parse(&bytes).unwrap();
        prop_assert_eq!(parsed.subject().unwrap_or_default(), topic);
    }
}
