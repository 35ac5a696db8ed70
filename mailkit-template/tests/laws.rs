//! Laws that hold for every input: values never change the markup, and no input panics.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use html5gum::{Token, Tokenizer};
use mailkit_template::{Catalog, LoadError, LocaleDecision, Recipient, TemplateSource, Value};
use proptest::prelude::*;

const MANIFEST: &str = "id = 't'\ndefault-locale = 'en'\nsubject = 'subject'\nsubject-budget = 4000\n\
    [parameters.topic]\ntype = 'text'\nmax = 1000\n[parameters.count]\ntype = 'int'\n[parameters.link]\ntype = 'url'";

const LAYOUT: &str = r#"<html lang="{{ @lang }}" dir="{{ @dir }}"><head><title>{{ subject }}</title></head>
<p title="{{ $topic }}" style="text-align:left">{{ $topic }} {{ body }}</p><a href="{{ $link }}">{{ $link }}</a></html>"#;

const MESSAGES: &str = "subject = About { $topic }\nbody = { $recipient ->\n [none] { $count }\n *[named] { $recipient }: { $count }\n }";

fn catalog() -> Result<Catalog, LoadError> {
    let source = TemplateSource::new("t")
        .with_file("template.toml", MANIFEST)
        .with_file("layout.html", LAYOUT)
        .with_file("messages/en.ftl", MESSAGES)
        .with_file("messages/ar.ftl", MESSAGES)
        .with_file("messages/hi.ftl", MESSAGES);
    Catalog::load([source])
}

/// The elements of a page with the names of their attributes; spans that mark a direction are left out.
fn skeleton(html: &str) -> Vec<String> {
    let tokens = Tokenizer::new(html).flatten();
    let shown = tokens.filter_map(|token| match token {
        Token::StartTag(tag) => {
            let attributes: Vec<_> =
                tag.attributes.keys().map(|k| String::from_utf8_lossy(k).into_owned()).collect();
            Some(format!("<{} {attributes:?}>", String::from_utf8_lossy(&tag.name)))
        }
        Token::EndTag(tag) => Some(format!("</{}>", String::from_utf8_lossy(&tag.name))),
        Token::Comment(_) => Some("comment".into()),
        _ => None,
    });
    shown.filter(|token| *token != "<span [\"dir\"]>" && token != "</span>").collect()
}

fn markup() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[<>\"'&;=/! a-z{}$-]{0,40}",
        "(</title>|<!--|--!>|<script>|]]>|&#60;|شركة|\u{202e}){0,4}"
    ]
}

proptest! {
    #[test]
    fn values_never_change_the_markup(
        topic in markup(), name in markup(), path in "[a-zA-Z0-9/?&=%'()*-]{0,20}", count: i64, seconds in 0_u64..4_000_000_000,
        language in prop::sample::select(vec!["en", "ar", "hi"]),
    ) {
        let catalog = catalog().unwrap();
        let template = catalog.get("t").unwrap();
        let link = format!("https://example.com/{path}").parse().unwrap();
        let values = [("topic", Value::text(&topic)), ("count", Value::int(count)), ("link", Value::url(link))];
        let plain = [("topic", Value::text("x")), ("count", Value::int(1)), ("link", Value::url("https://x".parse().unwrap()))];
        let now = UNIX_EPOCH + Duration::from_secs(seconds);
        let mail = template.render(&Recipient::new(&name).with_languages([language]), &values, now).unwrap();
        let sober = template.render(&Recipient::new("x").with_languages([language]), &plain, now).unwrap();
        prop_assert_eq!(skeleton(mail.html()), skeleton(sober.html()), "{}", mail.html());
        prop_assert!(!mail.subject().chars().any(char::is_control));
        prop_assert!(!mail.text().chars().any(|c| c.is_control() && c != '\n'));
        prop_assert_eq!(mail.locale().to_string(), language);
    }

    #[test]
    fn no_template_panics(
        toml in prop_oneof![any::<String>(), Just(MANIFEST.to_owned())],
        layout in prop_oneof![any::<String>(), "[<>{}$@ a-z\"=/!-]{0,80}", Just(LAYOUT.to_owned())],
        messages in prop_oneof![any::<String>(), "([a-d]|-|=|\n|\\{|\\}|\\$|\\[|\\]|\\*| |\"|->|\\(|\\)|\\.){0,80}"],
        file in "(layout\\.html|layout\\.mjml)", tag in "(en|ar|.{0,8})",
    ) {
        let source = TemplateSource::new("t").with_file("template.toml", toml).with_file(file, layout);
        let _ = Catalog::load([source.with_file(format!("messages/{tag}.ftl"), messages)]);
    }

    #[test]
    fn no_recipient_panics(
        name in ".{0,40}", languages in prop::collection::vec(".{0,20}", 0..20), country in ".{0,4}", zone in ".{0,20}", seconds: u32,
    ) {
        let recipient = Recipient::new(&name).with_languages(languages).with_country(country).with_time_zone(zone);
        let catalog = catalog().unwrap();
        let template = catalog.get("t").unwrap();
        let now = UNIX_EPOCH + Duration::from_secs(seconds.into());
        let _ = template.render(&recipient, &[], now);
        let decision = template.decide_locale(&recipient);
        prop_assert!(decision.reasons.len() <= LocaleDecision::MAX_LANGUAGES + 3);
    }
}

#[test]
fn wrong_calls_are_named() {
    #[track_caller]
    fn check(values: &[(&str, Value)], zone: &str, now: SystemTime, expected: &str) {
        let recipient = Recipient::unnamed().with_time_zone(zone);
        let found =
            catalog().unwrap().get("t").unwrap().render(&recipient, values, now).map(|_| ());
        assert_eq!(
            found.map_err(|error| error.to_string()),
            Err(format!("template \"t\": {expected}"))
        );
    }
    let good = [
        ("topic", Value::text("x")),
        ("count", Value::int(1)),
        ("link", Value::url("https://x".parse().unwrap())),
    ];
    let with_topic = |value: Value| {
        let mut values = good.clone();
        values[0].1 = value;
        values
    };
    let (utc, now) = ("UTC", UNIX_EPOCH);
    check(&good[1..], utc, now, "parameter \"topic\" has no value");
    check(
        &with_topic(Value::int(1)),
        utc,
        now,
        "parameter \"topic\" is of type text, the value is of type int",
    );
    check(
        &with_topic(Value::text(&"x".repeat(1001))),
        utc,
        now,
        "parameter \"topic\" is longer than 1000 characters",
    );
    check(
        &[good.as_slice(), &[("more", Value::int(1))]].concat(),
        utc,
        now,
        "there is no parameter \"more\"",
    );
    check(&[good.as_slice(), &good[..1]].concat(), utc, now, "parameter \"topic\" has two values");
    check(&good, "Mars/Olympus", now, "there is no time zone \"Mars/Olympus\"");
    check(&good, utc, now + Duration::from_secs(1 << 40), "the time is beyond the calendar");
    let missing = catalog().unwrap().get("u").map(|_| ()).unwrap_err();
    assert_eq!(missing.to_string(), "template \"u\": there is no such template");
}
