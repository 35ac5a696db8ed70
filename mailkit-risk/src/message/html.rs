//! What a reader sees of a page, what is hidden, and where its links lead.

use html5gum::emitters::default::{DefaultEmitter, StartTag, Token};
use html5gum::{HtmlString, Spanned, Tokenizer};

/// A page taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) visible: String,
    pub(super) hidden: String,
    /// Target and text.
    pub(super) links: Vec<(String, Option<String>)>,
    pub(super) has_password_field: bool,
}

/// Reads a page. Scripts and styles are left out; the work is linear.
pub(super) fn read(html: &str, most_links: usize) -> Page {
    let mut emitter = DefaultEmitter::<()>::default();
    emitter.naively_switch_states(true);
    let mut reader = Reader { most_links, ..Reader::default() };
    for token in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Ok(Token::StartTag(tag)) => reader.start(&tag),
            Ok(Token::EndTag(tag)) => reader.end(&tag.name),
            Ok(Token::String(text)) => reader.text(&String::from_utf8_lossy(&text.value)),
            Ok(_) => {}
            Err(never) => match never {},
        }
    }
    reader.close_link();
    reader.page
}

#[derive(Default)]
struct Reader {
    page: Page,
    most_links: usize,
    /// The element whose style hides its content, and how many of its name are open inside.
    hider: Option<(Vec<u8>, usize)>,
    /// The script, style or title that is open.
    skipped: Option<Vec<u8>>,
    /// The target of the open link, and where its text begins in the visible text.
    link: Option<(String, usize)>,
}

impl Reader {
    fn start(&mut self, tag: &StartTag<()>) {
        let name = tag.name.as_slice();
        if SKIPPED.contains(&name) && !tag.self_closing {
            self.skipped = Some(name.to_vec());
        }
        self.separate(name);
        self.hide(tag);
        match name {
            b"a" => self.open_link(attribute(tag, b"href")),
            b"area" => self.add_link(attribute(tag, b"href"), None),
            b"form" => self.add_link(attribute(tag, b"action"), None),
            b"input" => {
                let kind = attribute(tag, b"type").unwrap_or_default();
                self.page.has_password_field |= kind.eq_ignore_ascii_case("password");
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &HtmlString) {
        if self.skipped.as_deref() == Some(name.as_slice()) {
            self.skipped = None;
        }
        if name.as_slice() == b"a" {
            self.close_link();
        }
        self.separate(name);
        let Some((hider, depth)) = &mut self.hider else { return };
        if hider.as_slice() == name.as_slice() {
            *depth -= 1;
            if *depth == 0 {
                self.hider = None;
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.skipped.is_none() {
            self.output().push_str(text);
        }
    }

    fn output(&mut self) -> &mut String {
        if self.hider.is_some() { &mut self.page.hidden } else { &mut self.page.visible }
    }

    /// Blocks separate words, `<b>` inside a word does not.
    fn separate(&mut self, name: &[u8]) {
        if !INLINE.contains(&name) {
            self.output().push('\n');
        }
    }

    fn hide(&mut self, tag: &StartTag<()>) {
        let name = tag.name.as_slice();
        match &mut self.hider {
            Some((hider, depth)) => {
                *depth += usize::from(hider.as_slice() == name && !tag.self_closing);
            }
            None if is_hidden(tag) && !VOID.contains(&name) => {
                self.hider = Some((name.to_vec(), 1));
            }
            None => {}
        }
    }

    fn open_link(&mut self, target: Option<String>) {
        self.close_link();
        self.link = target.map(|target| (target, self.page.visible.len()));
    }

    fn close_link(&mut self) {
        if let Some((target, start)) = self.link.take() {
            let text = self.page.visible.get(start..).unwrap_or_default();
            let text = crate::text::truncate(text, MAX_LINK_TEXT).trim().to_owned();
            self.add_link(Some(target), Some(text));
        }
    }

    fn add_link(&mut self, target: Option<String>, text: Option<String>) {
        if let Some(target) = target.filter(|_| self.page.links.len() < self.most_links) {
            self.page.links.push((target, text));
        }
    }
}

fn attribute(tag: &StartTag<()>, name: &[u8]) -> Option<String> {
    let value: &Spanned<HtmlString, ()> = tag.attributes.get(name)?;
    Some(String::from_utf8_lossy(&value.value).into_owned())
}

fn is_hidden(tag: &StartTag<()>) -> bool {
    let style = attribute(tag, b"style").unwrap_or_default().to_ascii_lowercase();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).chain([';']).collect();
    tag.attributes.contains_key(b"hidden".as_slice())
        || HIDING.iter().any(|rule| style.contains(rule))
}

const HIDING: [&str; 7] = [
    "display:none",
    "visibility:hidden",
    "font-size:0;",
    "font-size:0px",
    "opacity:0;",
    "max-height:0;",
    "max-height:0px",
];
const SKIPPED: [&[u8]; 4] = [b"script", b"style", b"title", b"template"];
const VOID: [&[u8]; 12] = [
    b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta",
    b"source", b"wbr",
];
const INLINE: [&[u8]; 17] = [
    b"a", b"abbr", b"b", b"big", b"code", b"em", b"font", b"i", b"img", b"mark", b"s", b"small",
    b"span", b"strong", b"sub", b"u", b"wbr",
];
const MAX_LINK_TEXT: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(html: &str, visible: &str, hidden: &str) {
        let page = read(html, 10);
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(
            (words(&page.visible).as_str(), words(&page.hidden).as_str()),
            (visible, hidden),
            "{html}"
        );
    }

    #[test]
    fn separates_what_a_reader_sees() {
        check("<p>one</p><p>two</p>", "one two", "");
        check("DE<b>89</b> 3704", "DE89 3704", "");
        check("a<div style='display: none'>b<div>c</div>d</div>e", "a e", "b c d");
        check("a<span style=\"Font-Size: 0px\">b</span>c", "ac", "b");
        check("<img style='display:none'>a", "a", "");
        check("<script>x</script><style>y</style><title>z</title>a", "a", "");
        check("<p>a &amp; b", "a & b", "");
        check("<!-- x -->a", "a", "");
    }

    #[test]
    fn finds_links_and_fields() {
        let page = read(
            "<a href='https://a.example/'>one <b>two</b></a><form action=/x><input type=PASSWORD></form>",
            10,
        );
        let expected = [
            ("https://a.example/".to_owned(), Some("one two".to_owned())),
            ("/x".to_owned(), None),
        ];
        assert_eq!(page.links, expected);
        assert!(page.has_password_field);
        assert_eq!(read(&"<a href=x>y</a>".repeat(100), 10).links.len(), 10);
    }

    proptest! {
        #[test]
        fn no_page_panics(html in "(<[a-z]{1,5}( style='display:none')?>|</[a-z]{1,5}>|\\PC){0,40}") {
            let _ = read(&html, 10);
        }
    }
}
