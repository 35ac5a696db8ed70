//! What the proof refuses: one row for each defect, and every small damage to a sound template.

use mailkit_template::{Catalog, Limits, Recipient, TemplateSource, Value};

const MANIFEST: &str = "\
id = 'offer'
default-locale = 'en'
subject = 'subject'
preheader = 'preheader'

[parameters.topic]
type = 'text'
max = 20

[parameters.days]
type = 'int'

[parameters.link]
type = 'url'
";

const LAYOUT: &str = "\
<html lang=\"{{ @lang }}\" dir=\"{{ @dir }}\">
<p style=\"text-align:left\">{{ greeting }}</p>
<p title=\"{{ $topic }}\">{{ body }}</p>
<a href=\"{{ $link }}\">{{ more }}</a>
</html>
";

const ENGLISH: &str = "\
subject = Offer: { $topic }
preheader = Valid for { days }
days = { $days ->
    [one] one day
   *[other] { $days } days
}
greeting = { $recipient ->
    [none] { hello }!
   *[named] { hello }, { $recipient }!
}
hello = { $day-period ->
    [morning1] Good morning
   *[neutral] Hello
}
body = About { $topic }: { $days } { -brand }.
-brand = Example
more = More
";

const GERMAN: &str = "\
subject = Angebot: { $topic }
preheader = Gültig für { days }
days = { $days ->
    [one] einen Tag
   *[other] { $days } Tage
}
greeting = { $recipient ->
    [none] Guten Tag!
   *[named] Guten Tag, { $recipient }!
}
body = Zu { $topic }: { NUMBER($days) }
more = Mehr
";

fn source() -> TemplateSource {
    TemplateSource::new("offer")
        .with_file("template.toml", MANIFEST)
        .with_file("layout.html", LAYOUT)
        .with_file("messages/en.ftl", ENGLISH)
        .with_file("messages/de.ftl", GERMAN)
}

fn defects(source: TemplateSource) -> Vec<String> {
    match Catalog::load([source]) {
        Ok(_) => Vec::new(),
        Err(error) => error.defects().iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_sound_template_has_no_defects() {
    assert_eq!(defects(source()), Vec::<String>::new());
}

#[test]
fn defects_of_messages() {
    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str]) {
        assert!(GERMAN.contains(old), "{old}");
        let changed = source().with_file("messages/de.ftl", GERMAN.replace(old, new));
        let expected: Vec<_> =
            expected.iter().map(|e| format!("offer/messages/de.ftl{e}")).collect();
        assert_eq!(defects(changed), expected);
    }
    check("more = Mehr\n", "", &[": message-missing: there is no message `more`"]);
    check(
        "more = Mehr",
        "mehr = Mehr",
        &[
            ": message-missing: there is no message `more`",
            ":12: message-unused: message `mehr` is not used",
        ],
    );
    check(
        "Zu { $topic }",
        "Zu { $topc }",
        &[
            ": placeholder-missing: message `body` does not show $topic, the default locale does",
            ":11: parameter-unknown: there is no parameter $topc",
        ],
    );
    check(
        "Zu { $topic }: ",
        "",
        &[": placeholder-missing: message `body` does not show $topic, the default locale does"],
    );
    check(
        "Guten Tag!",
        "Guten Tag, { $topic }!",
        &[": placeholder-extra: message `greeting` shows $topic, the default locale does not"],
    );
    check("    [one] einen Tag\n", "", &[":3: arm-missing: message `days` has no arm [one]"]);
    check(
        "[one] einen Tag",
        "[few] Tage",
        &[
            ":3: arm-missing: message `days` has no arm [one]",
            ":4: arm-unknown: message `days` has an arm [few] that is never taken",
        ],
    );
    check(
        "*[other] { $days } Tage",
        "[other] { $days } Tage\n   *[7] eine Woche",
        &[":3: arm-missing: message `days` has no arm [other]"],
    );
    check(
        "[one] einen Tag",
        "[one] einen Tag\n    [one] genau einen Tag",
        &[":5: arm-unknown: message `days` has an arm [one] that is never taken"],
    );
    check(
        "    [none] Guten Tag!\n",
        "",
        &[":7: arm-missing: message `greeting` has no arm [none]"],
    );
    check(
        "[none] Guten Tag!",
        "[none] Guten Tag, { $recipient }!",
        &[":8: name-unguarded: message `greeting` shows $recipient outside the arm [named]"],
    );
    check(
        "more = Mehr",
        "more = { $day-period ->\n    [morning3] Mehr\n   *[neutral] Mehr\n}",
        &[":13: arm-unknown: message `more` has an arm [morning3] that is never taken"],
    );
    check(
        "more = Mehr",
        "more = { $topic ->\n    [one] Mehr\n   *[other] Mehr\n}",
        &[
            ": placeholder-extra: message `more` shows $topic, the default locale does not",
            ":12: selector-type: message `more` selects by $topic, which is not an int",
        ],
    );
    check(
        "more = Mehr",
        "more = Mehr {",
        &[
            ": message-missing: there is no message `more`",
            ":13: message-syntax: Expected an inline expression",
        ],
    );
    check(
        "more = Mehr",
        "more = { more }",
        &[":12: reference-cycle: message `more` refers to itself"],
    );
    check("more = Mehr", "more = { mehr }", &[":12: message-missing: there is no message `mehr`"]);
    check(
        "more = Mehr",
        "more = Mehr\nmore = Mehr",
        &[":13: message-duplicate: message `more` is defined twice"],
    );
    check(
        "more = Mehr",
        "more = Mehr\n    .title = x",
        &[":12: message-unsupported: message `more` uses attributes"],
    );
    check(
        "more = Mehr",
        "more = { DATETIME($days) }",
        &[":12: message-unsupported: message `more` uses a function other than NUMBER($parameter)"],
    );
    check(
        "more = Mehr",
        "more = \u{202e}Mehr",
        &[":12: control-character: message `more` contains a control character"],
    );
    check(
        "more = Mehr",
        r#"more = { "\u000A" }"#,
        &[":12: control-character: message `more` contains a control character"],
    );
    check(
        "Angebot: ",
        "Unser ganz besonderes Angebot nur für Sie und nur in diesem Monat: ",
        &[": over-budget: message `subject` can reach 87 characters of 78"],
    );
}

#[test]
fn defects_of_layouts() {
    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str]) {
        assert!(LAYOUT.contains(old), "{old}");
        let changed = source().with_file("layout.html", LAYOUT.replace(old, new));
        let expected: Vec<_> = expected.iter().map(|e| format!("offer/layout.html{e}")).collect();
        assert_eq!(defects(changed), expected);
    }
    let unsafe_slot =
        |line: u8| format!(":{line}: slot-context: {{{{ $topic }}}} stands where no value is safe");
    let title = "title=\"{{ $topic }}\"";
    check(title, "onclick=\"{{ $topic }}\"", &[&unsafe_slot(3)]);
    check(title, "style=\"color:{{ $topic }}\"", &[&unsafe_slot(3)]);
    check(
        title,
        "title={{$topic}}",
        &[":3: slot-context: {{$topic}} stands where no value is safe"],
    );
    check(title, "class=\"{{ $topic }}\"", &[&unsafe_slot(3)]);
    check("</html>", "<style>{{ $topic }}</style></html>", &[&unsafe_slot(3)]);
    check("</html>", "<script>{{ $topic }}</script></html>", &[&unsafe_slot(3)]);
    check("</html>", "<!-- {{ $topic }} --></html>", &[&unsafe_slot(3)]);
    check(
        "\"{{ $link }}\"",
        "\"https://x/{{ $link }}\"",
        &[":4: slot-context: {{ $link }} stands where no value is safe"],
    );
    check("\"{{ $link }}\"", "\"{{ $topic }}\"", &[": slot-type: {{ $topic }} is not a url"]);
    check("\"{{ $link }}\"", "\"{{ more }}\"", &[": slot-type: {{ more }} is not a url"]);
    check(
        "{{ body }}",
        "{{ body }}{{ $nothing }}",
        &[": parameter-unknown: there is no parameter $nothing"],
    );
    check("{{ body }}", "{{ body }}{{ a b }}", &[":3: slot-malformed: {{ a b }} is not a slot"]);
    check(
        "{{ body }}",
        "{{ body }}{{ open",
        &[":3: slot-malformed: {{ open</p>\n<a href=\"{{ $link }} is not a slot"],
    );
    check("</p>\n<a", "\n<a", &[":5: layout-unbalanced: <html> is not balanced"]);
    check("<p title", "<b title", &[":3: layout-unbalanced: <p> is not balanced"]);
    check("</html>\n", "", &[":1: layout-unbalanced: <html> is not balanced"]);
    check(
        " dir=\"{{ @dir }}\"",
        "",
        &[
            ": layout-language: the root element has no `lang=\"{{ @lang }}\"` and `dir=\"{{ @dir }}\"`",
        ],
    );
}

#[test]
fn defects_of_files() {
    #[track_caller]
    fn check(changed: TemplateSource, expected: &[&str]) {
        assert_eq!(defects(changed), expected);
    }
    check(
        TemplateSource::new("x"),
        &["x: file-missing: there is no layout.mjml", "x: file-missing: there is no template.toml"],
    );
    check(
        source().with_file("notes.txt", ""),
        &["offer/notes.txt: file-unexpected: this file has no place in a template"],
    );
    check(
        source().with_file("layout.mjml", "<mjml></mjml>"),
        &["offer/layout.html: file-unexpected: this file has no place in a template"],
    );
    check(
        source()
            .with_file("messages/en.ftl", "{".repeat(100))
            .with_file("messages/de.ftl", GERMAN.replace("more = Mehr\n", "")),
        &[
            "offer/messages/de.ftl: message-missing: there is no message `more`",
            "offer/messages/en.ftl:1: limit-reached: more than 64 nested braces",
        ],
    );
    check(
        source().with_file("messages/deutsch!.ftl", ""),
        &[
            "offer/messages/deutsch!.ftl: locale-malformed: the file name is not a BCP 47 language tag",
        ],
    );
    check(
        source().with_file("template.toml", MANIFEST.replace("'en'", "'fr'")),
        &["offer: file-missing: there is no messages/fr.ftl"],
    );
    check(
        source()
            .with_file("template.toml", format!("{MANIFEST}\n[parameters.spare]\ntype = 'int'")),
        &["offer/template.toml: parameter-unused: parameter $spare is not used"],
    );
    check(
        source().with_file("messages/en.ftl", "x".repeat(600_000)),
        &["offer/messages/en.ftl: file-too-large: larger than 524288 bytes"],
    );
    let twice = Catalog::load([source(), source()]).map(|_| ()).map_err(|e| e.to_string());
    assert_eq!(
        twice,
        Err("1 defect in the templates\noffer/template.toml: template-duplicate: there is another template `offer`".into())
    );
}

#[test]
fn right_to_left_needs_no_sides_in_style_sheets() {
    let sided = LAYOUT.replace("<p title", "<style>p { float: left }</style><p title");
    let changed = source().with_file("layout.html", sided);
    assert_eq!(defects(changed.clone()), Vec::<String>::new());
    let arabic = ENGLISH
        .replace("    [one] one day\n", "[zero] a\n[one] b\n[two] c\n[few] d\n[many] e\n")
        .replace("    [morning1] Good morning\n", "    [morning2] Good morning\n");
    let changed = changed.with_file("messages/ar.ftl", arabic);
    assert_eq!(
        defects(changed),
        ["offer/layout.html: direction-in-style-sheet: the style sheet names left or right"]
    );
}

#[test]
fn hostile_depth_is_a_defect() {
    let deep = format!("{ENGLISH}deep = {}x", "{".repeat(100_000));
    let found = defects(source().with_file("messages/en.ftl", deep));
    assert_eq!(found, ["offer/messages/en.ftl:18: limit-reached: more than 64 nested braces"]);
    let deep = format!("{LAYOUT}{}", "<b>".repeat(100_000));
    let found = defects(source().with_file("layout.html", deep));
    assert_eq!(found, ["offer/layout.html: limit-reached: more than 64 nested elements"]);
    // Twelve doublings of a hundred parts would be 400,000.
    let mut bomb = format!("{ENGLISH}a0 = {}\n", "{ $days }".repeat(100));
    for i in 1..12 {
        bomb.push_str(&format!("a{i} = {{ a{} }}{{ a{} }}\n", i - 1, i - 1));
    }
    let found = defects(source().with_file("messages/en.ftl", bomb.replace("More", "{ a11 }")));
    assert!(
        found.iter().any(|defect| defect.contains("more than 1000 parts in a message")),
        "{found:?}"
    );
}

/// Brackets of calls are nested as braces are, over lines and around strings that look like their end.
#[test]
fn hostile_calls_are_defects() {
    #[track_caller]
    fn check(opening: &str, expected: &str) {
        let message = format!("{ENGLISH}deep = {{ {}1", opening.repeat(20_000));
        let found = defects(source().with_file("messages/en.ftl", message));
        assert!(
            found.first().is_some_and(|defect| defect.ends_with(expected)),
            "{:?}",
            found.first()
        );
    }
    let over = "en.ftl:18: limit-reached: more than 64 nested braces";
    check("F(", over);
    check("-t(", over);
    check("F({", over);
    check("F(\")\", ", over);
    check("{\n", over);
    check("{ 1 ->\n [a] \"", over);
    check("\nF({", "en.ftl:19: message-syntax: Expected a token starting with \"=\"");
    check("F(\n-t(", "en.ftl:19: message-syntax: Expected a token starting with \")\"");
}

/// Each of many defects costs no more than the first, and a thousand are enough to read.
#[test]
#[expect(clippy::disallowed_methods, reason = "the test is about time")]
fn many_defects_are_counted() {
    let unused: String = (0..40_000).map(|i| format!("u{i} = x\n")).collect();
    let start = std::time::Instant::now();
    let found = defects(source().with_file("messages/en.ftl", format!("{ENGLISH}{unused}")));
    assert_eq!(found.len(), 1001);
    assert_eq!(
        found.last().map(String::as_str),
        Some("offer/messages/en.ftl: left-out: 39000 more defects are not listed")
    );
    // Counting the lines anew for each defect takes a hundred times as long.
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

/// References through messages whose braces are as deep as they may be.
#[test]
fn hostile_references_are_defects() {
    let mut messages = ENGLISH.replace("More", "{ a0 }");
    for i in 0..63 {
        messages.push_str(&format!("a{i} = {}a{}{}\n", "{".repeat(64), i + 1, "}".repeat(64)));
    }
    messages.push_str("a63 = More\n");
    let found = defects(source().with_file("messages/en.ftl", messages));
    assert!(found.iter().any(|defect| defect.contains("limit-reached")), "{found:?}");
}

/// Takes each line out of each message file, and each character that has a meaning. No damaged template may load and
/// then show something else than it should: it is refused, or every value is still shown.
#[test]
fn every_small_damage_is_found_or_harmless() {
    let values = [
        ("topic", Value::text("TOPIC")),
        ("days", Value::int(4711)),
        ("link", Value::url("https://example.com/LINK".parse().unwrap())),
    ];
    let (mut refused, mut harmless) = (0, 0);
    for (file, text) in
        [("messages/en.ftl", ENGLISH), ("messages/de.ftl", GERMAN), ("layout.html", LAYOUT)]
    {
        for (at, c) in text.char_indices().filter(|(_, c)| "{}[]*$=->\n<\"/".contains(*c)) {
            let damaged = format!("{}{}", text.split_at(at).0, text.split_at(at + c.len_utf8()).1);
            let Ok(catalog) = Catalog::load([source().with_file(file, damaged.clone())]) else {
                refused += 1;
                continue;
            };
            harmless += 1;
            for language in ["en", "de"] {
                let recipient = Recipient::new("NAME").with_languages([language]);
                let mail = catalog
                    .get("offer")
                    .unwrap()
                    .render(&recipient, &values, std::time::UNIX_EPOCH)
                    .unwrap();
                for shown in ["TOPIC", "NAME", "LINK", "711"] {
                    assert!(
                        mail.html().contains(shown),
                        "{file} at {at} without {c:?}:\n{damaged}"
                    );
                }
                assert!(mail.subject().ends_with("TOPIC"), "{damaged}");
                assert!(!mail.html().contains(['{', '$']), "{damaged}");
            }
        }
    }
    println!("{refused} refused, {harmless} harmless");
    assert!(refused > 4 * harmless, "{refused} refused, {harmless} harmless");
}

#[test]
fn folders_are_read() {
    let folder = tempfolder("folders_are_read");
    std::fs::create_dir_all(folder.join("offer/messages")).unwrap();
    std::fs::create_dir_all(folder.join("not-a-template")).unwrap();
    std::fs::write(folder.join("offer/template.toml"), MANIFEST).unwrap();
    std::fs::write(folder.join("offer/layout.html"), LAYOUT).unwrap();
    std::fs::write(folder.join("offer/messages/en.ftl"), ENGLISH).unwrap();
    let catalog = Catalog::from_dir(&folder, &Limits::default()).unwrap();
    assert_eq!(catalog.templates().map(|t| t.id().to_owned()).collect::<Vec<_>>(), ["offer"]);
    std::fs::write(folder.join("offer/messages/de.ftl"), b"subject = \xff").unwrap();
    let error = Catalog::from_dir(&folder, &Limits::default()).unwrap_err();
    assert_eq!(error.defects()[0].code(), "file-unreadable");
    assert_eq!(error.defects()[0].file, "offer/messages/de.ftl");
    std::fs::remove_dir_all(&folder).unwrap();
}

fn tempfolder(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}
