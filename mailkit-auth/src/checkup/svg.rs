//! Whether a file is an SVG Tiny PS image that receivers show (draft-svg-tiny-ps-abrotman).

/// What is wrong with the file, a sentence each. Reads tags and attributes, no more.
pub(super) fn problems(octets: &[u8]) -> Vec<String> {
    if octets.len() > MAX_OCTETS {
        return vec![format!("the file has {} octets, receivers take 32,768", octets.len())];
    }
    if octets.starts_with(&[0x1f, 0x8b]) {
        return vec!["the file is compressed".to_owned()];
    }
    let Ok(text) = str::from_utf8(octets) else { return vec!["the file is not UTF-8".to_owned()] };
    let tags: Vec<Tag<'_>> = Tag::all(text);
    let mut problems = Vec::new();
    match tags.iter().find(|tag| !tag.name.starts_with(['?', '!'])) {
        Some(root) if root.name == "svg" => root_problems(root, &mut problems),
        _ => problems.push("the file is not an SVG image".to_owned()),
    }
    if text.contains("<!DOCTYPE") || text.contains("<!ENTITY") {
        problems.push("the file has a document type".to_owned());
    }
    let title = text.split_once("<title").and_then(|(_, rest)| rest.split_once('>'));
    let title = title.and_then(|(_, rest)| rest.split_once("</title>"));
    if title.is_none_or(|(title, _)| title.trim().is_empty()) {
        problems.push("the image has no title".to_owned());
    }
    for tag in &tags {
        tag_problems(tag, &mut problems);
    }
    problems.sort();
    problems.dedup();
    problems.truncate(MAX_PROBLEMS);
    problems
}

/// Octets that receivers take.
const MAX_OCTETS: usize = 32 * 1024;
const MAX_PROBLEMS: usize = 8;

fn root_problems(root: &Tag<'_>, problems: &mut Vec<String>) {
    for (name, wanted) in [("version", "1.2"), ("baseProfile", "tiny-ps")] {
        if root.attribute(name) != Some(wanted) {
            problems.push(format!("the image does not say {name}=\"{wanted}\""));
        }
    }
    for name in ["x", "y"] {
        if root.attribute(name).is_some() {
            problems.push(format!("the image has an attribute `{name}`"));
        }
    }
}

fn tag_problems(tag: &Tag<'_>, problems: &mut Vec<String>) {
    let name = local(tag.name);
    if let Some(forbidden) = FORBIDDEN.iter().find(|it| it.eq_ignore_ascii_case(name)) {
        problems.push(format!("the image holds <{forbidden}>"));
    }
    for (name, value) in &tag.attributes {
        let name = local(name);
        let link = name.eq_ignore_ascii_case("href") && !value.starts_with('#');
        let loads = value.contains("url(") && !value.contains("url(#");
        if link || loads {
            problems.push("the image refers to something outside itself".to_owned());
        }
        if name.len() > 2 && name.get(..2).is_some_and(|on| on.eq_ignore_ascii_case("on")) {
            problems.push(format!("the image reacts to events (`{}`)", visible(name)));
        }
    }
}

/// A name without the prefix of its namespace, which a file chooses as it likes.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The first characters of a name that a stranger wrote.
fn visible(name: &str) -> String {
    crate::visible::escaped(&name.chars().take(20).collect::<String>()).into_owned()
}

/// Elements that do something, or bring in something, that a logo must not.
const FORBIDDEN: &[&str] = &[
    "script",
    "image",
    "foreignObject",
    "a",
    "animate",
    "animateColor",
    "animateMotion",
    "animateTransform",
    "set",
    "audio",
    "video",
    "iframe",
    "handler",
    "listener",
    // A style sheet can load others.
    "style",
    "?xml-stylesheet",
];

/// A start tag.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    /// The start tags outside comments, in order.
    fn all(text: &'a str) -> Vec<Self> {
        let mut tags = Vec::new();
        let mut rest = text;
        while let Some((_, after)) = rest.split_once('<') {
            rest = match after.strip_prefix("!--") {
                Some(comment) => comment.split_once("-->").map_or("", |(_, rest)| rest),
                None => {
                    let (tag, rest) = Self::read(after);
                    tags.extend((!tag.name.starts_with('/')).then_some(tag));
                    rest
                }
            };
        }
        tags
    }

    /// One tag, and what follows it.
    fn read(text: &'a str) -> (Self, &'a str) {
        let end = text.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(text.len());
        let (name, mut rest) = text.split_at_checked(end).unwrap_or((text, ""));
        let mut tag = Self { name: name.trim_end_matches('/'), attributes: Vec::new() };
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/' || c == '?');
            if let Some(after) = rest.strip_prefix('>') {
                return (tag, after);
            }
            let Some((name, after)) = rest.split_once('=') else { return (tag, after_tag(rest)) };
            if name.contains(['<', '>']) {
                return (tag, after_tag(rest));
            }
            let after = after.trim_start();
            let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                return (tag, after_tag(after));
            };
            let quoted = after.get(1..).unwrap_or_default();
            let Some((value, after)) = quoted.split_once(quote) else { return (tag, "") };
            tag.attributes.push((name.trim(), value.trim()));
            rest = after;
        }
    }

    fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }
}

fn after_tag(text: &str) -> &str {
    text.split_once('>').map_or("", |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOOD: &str = "<?xml version=\"1.0\"?><!-- a <script> in a comment -->\
        <svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.2\" baseProfile=\"tiny-ps\" \
        viewBox=\"0 0 9 9\"><title>Acme</title><defs><path id=\"p\"/></defs><use href=\"#p\"/>\
        <rect fill=\"url(#p)\" width='9'/></svg>";

    #[track_caller]
    fn check(svg: &str, expected: &[&str]) {
        assert_eq!(problems(svg.as_bytes()), expected, "{svg}");
    }

    #[test]
    fn images() {
        let with = |from: &str, to: &str| GOOD.replacen(from, to, 1);
        check(GOOD, &[]);
        check(&with("tiny-ps", "tiny"), &["the image does not say baseProfile=\"tiny-ps\""]);
        check(&with("<title>Acme</title>", ""), &["the image has no title"]);
        check(&with("<title>Acme", "<title> "), &["the image has no title"]);
        check(&with("<use", "<script>1</script><use"), &["the image holds <script>"]);
        check(&with("<use", "<svg:script>1</svg:script><use"), &["the image holds <script>"]);
        check(&with("<use", "<s:Script>1</s:Script><use"), &["the image holds <script>"]);
        check(&with("<use", "<style>@import '//x.test'</style><use"), &["the image holds <style>"]);
        check(
            &with("<!--", "<?xml-stylesheet href='//x.test'?><!--"),
            &["the image holds <?xml-stylesheet>", "the image refers to something outside itself"],
        );
        check(&with("width=", "Onload='1' width="), &["the image reacts to events (`Onload`)"]);
        check(&with("#p", "https://acme.test"), &["the image refers to something outside itself"]);
        check(&with("url(#p)", "url(//x.test)"), &["the image refers to something outside itself"]);
        check(&with("width=", "onload='1' width="), &["the image reacts to events (`onload`)"]);
        check(&with("viewBox", "x=\"0\" viewBox"), &["the image has an attribute `x`"]);
        check(&with("<?xml", "<!DOCTYPE svg><?xml"), &["the file has a document type"]);
        check("<html><title>x</title></html>", &["the file is not an SVG image"]);
        check(&"x".repeat(40_000), &["the file has 40000 octets, receivers take 32,768"]);
        assert_eq!(problems(&[0x1f, 0x8b, 8]), ["the file is compressed"]);
        assert_eq!(problems(&[0xff]), ["the file is not UTF-8"]);
    }

    proptest! {
        #[test]
        fn no_file_panics(text in "[<>=\"'/!a-z #(:?-]{0,200}|\\PC{0,100}") {
            prop_assert!(problems(text.as_bytes()).len() <= MAX_PROBLEMS);
        }
    }
}
