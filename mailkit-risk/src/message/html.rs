//! What a reader sees of a page, what is hidden, and where its links lead.

use std::collections::BTreeMap;

use html5gum::emitters::default::{DefaultEmitter, StartTag, Token};
use html5gum::{HtmlString, Spanned, State, Tokenizer};

mod style;

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
    let mut tokens = Tokenizer::new_with_emitter(html, emitter);
    let mut reader = Reader { most_links, ..Reader::default() };
    while let Some(token) = tokens.next() {
        match token {
            Ok(Token::StartTag(tag)) => {
                let is_drawn = reader.start_drawing(&tag);
                reader.start(&tag, is_drawn);
                if is_drawn {
                    // The content of a title or style in a drawing is mark-up like any other.
                    tokens.set_state(State::Data);
                }
            }
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
    hider: Option<Hider>,
    /// The script, style or title that is open.
    skipped: Option<Vec<u8>>,
    /// Whether a drawing (SVG or `MathML`) is open.
    has_drawing: bool,
    /// Whether its elements are read now, and not those of HTML inside it.
    in_drawing: bool,
    /// The target of the open link, where its text begins, and whether that is in the hidden text.
    link: Option<(String, usize, bool)>,
}

/// The element whose content is hidden, and the elements that are open inside it.
struct Hider {
    name: Vec<u8>,
    inside: BTreeMap<Vec<u8>, usize>,
}

impl Hider {
    fn open(&mut self, name: &[u8]) {
        *self.inside.entry(name.to_vec()).or_default() += 1;
    }

    /// Whether this end tag ends the hidden element too: its own, or that of a block around it.
    fn is_ended_by(&mut self, name: &[u8]) -> bool {
        if let Some(count) = self.inside.get_mut(name).filter(|count| **count > 0) {
            *count -= 1;
            return false;
        }
        self.name == name || !INLINE.contains(&name)
    }

    /// Whether the hidden element has no end tag and ends where this element begins (HTML section 13.1.2.4).
    fn is_ended_by_start_of(&self, name: &[u8]) -> bool {
        let ends = match self.name.as_slice() {
            b"p" => !INLINE.contains(&name) && !VOID.contains(&name) || name == b"hr",
            b"dt" | b"dd" => matches!(name, b"dt" | b"dd"),
            b"td" | b"th" => matches!(name, b"td" | b"th" | b"tr"),
            same @ (b"li" | b"option" | b"tr") => same == name,
            _ => false,
        };
        ends && self.inside.values().all(|count| *count == 0)
    }
}

impl Reader {
    /// Whether this element is one of a drawing.
    fn start_drawing(&mut self, tag: &StartTag<()>) -> bool {
        let name = tag.name.as_slice();
        let holds_html = HTML_IN_DRAWING.contains(&name);
        let is_drawn = match name {
            b"svg" | b"math" => true,
            _ => self.in_drawing && !ENDS_DRAWING.contains(&name),
        };
        let opens = matches!(name, b"svg" | b"math") && !tag.self_closing;
        self.has_drawing = opens || self.has_drawing && (is_drawn || !self.in_drawing);
        self.in_drawing = if is_drawn && holds_html {
            tag.self_closing
        } else {
            opens || is_drawn && self.in_drawing
        };
        is_drawn
    }

    fn start(&mut self, tag: &StartTag<()>, is_drawn: bool) {
        let name = tag.name.as_slice();
        if SKIPPED.contains(&name) && !is_drawn {
            self.skipped = Some(name.to_vec());
        }
        self.separate(name);
        self.hide(tag, is_drawn);
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
        let name = name.as_slice();
        if self.skipped.as_deref() == Some(name) {
            self.skipped = None;
        }
        match name {
            b"a" => self.close_link(),
            b"svg" | b"math" => (self.has_drawing, self.in_drawing) = (false, false),
            _ if HTML_IN_DRAWING.contains(&name) => self.in_drawing = self.has_drawing,
            _ => {}
        }
        self.separate(name);
        if self.hider.as_mut().is_some_and(|hider| hider.is_ended_by(name)) {
            self.hider = None;
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

    fn hide(&mut self, tag: &StartTag<()>, is_drawn: bool) {
        let name = tag.name.as_slice();
        let has_content = !(VOID.contains(&name) || is_drawn && tag.self_closing);
        if self.hider.as_ref().is_some_and(|hider| hider.is_ended_by_start_of(name)) {
            self.hider = None;
        }
        match &mut self.hider {
            Some(hider) if has_content => hider.open(name),
            None if has_content && is_hidden(tag) => {
                self.hider = Some(Hider { name: name.to_vec(), inside: BTreeMap::new() });
            }
            _ => {}
        }
    }

    fn open_link(&mut self, target: Option<String>) {
        self.close_link();
        let start = self.output().len();
        self.link = target.map(|target| (target, start, self.hider.is_some()));
    }

    fn close_link(&mut self) {
        if let Some((target, start, is_hidden)) = self.link.take() {
            let output = if is_hidden { &self.page.hidden } else { &self.page.visible };
            let text = output.get(start..).unwrap_or_default();
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
    tag.name.as_slice() == b"template"
        || tag.attributes.contains_key(b"hidden".as_slice())
        || attribute(tag, b"style").is_some_and(|style| style::hides(&style))
}

const SKIPPED: [&[u8]; 3] = [b"script", b"style", b"title"];
/// Elements of HTML that end a drawing (HTML section 13.2.6.5).
const ENDS_DRAWING: [&[u8]; 44] = [
    b"b",
    b"big",
    b"blockquote",
    b"body",
    b"br",
    b"center",
    b"code",
    b"dd",
    b"div",
    b"dl",
    b"dt",
    b"em",
    b"embed",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"head",
    b"hr",
    b"i",
    b"img",
    b"li",
    b"listing",
    b"menu",
    b"meta",
    b"nobr",
    b"ol",
    b"p",
    b"pre",
    b"ruby",
    b"s",
    b"small",
    b"span",
    b"strong",
    b"strike",
    b"sub",
    b"sup",
    b"table",
    b"tt",
    b"u",
    b"ul",
    b"var",
];
/// Elements of drawings with HTML inside.
const HTML_IN_DRAWING: [&[u8]; 9] =
    [b"annotation-xml", b"desc", b"foreignobject", b"mi", b"mn", b"mo", b"ms", b"mtext", b"title"];
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
        check("<div style='display:none;display:block'>a</div>", "a", "");
        check("<p hidden>a<p>b", "b", "a");
        check("<p hidden>a<div>b</div>", "b", "a");
        check("<ul><li hidden>a<li>b</ul>", "b", "a");
        check("<table><tr><td hidden>a<td>b</table>", "b", "a");
        check("<div><p hidden>a</div>b", "b", "a");
        check("<div hidden><p>a<p>b</p>c</div>d", "d", "a b c");
        check("<div style='max-height:0'>a</div>", "a", "");
        check("<template>a", "", "a");
        check("<svg><title></svg>a<b>b</b>", "ab", "");
        check("<svg><style></svg>a", "a", "");
        check("<svg><p><style>x</style>a", "a", "");
        check("<svg><desc></desc><style></svg>a", "a", "");
        check("<svg><title><style><!--</style>a</title></svg>b", "a b", "");
        check("<svg/><title>x</title>a", "a", "");
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
        let page = read("<p hidden><a href=x>bank.example</a>", 10);
        assert_eq!(page.links, [("x".to_owned(), Some("bank.example".to_owned()))]);
        assert_eq!(read(&"<a href=x>y</a>".repeat(100), 10).links.len(), 10);
    }

    proptest! {
        #[test]
        fn no_page_panics(html in "(<[a-z]{1,5}( style='display:none')?>|</[a-z]{1,5}>|\\PC){0,40}") {
            let _ = read(&html, 10);
        }
    }
}
