//! From raw bytes to a view.

use std::panic::catch_unwind;

use mail_parser::{
    Address, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType,
};

use super::{
    Attachment, Defect, DefectKind, Link, Mailbox, MessageView, Text, TextKind, html, prescan, url,
};
use crate::assessment::{Place, Unscannable, UnscannableCause};
use crate::file_name;
use crate::limits::Limits;
use crate::text;

impl MessageView {
    /// Reads a raw message (RFC 5322, MIME). It never fails: what cannot be read becomes a [`Defect`].
    ///
    /// ```
    /// use mailkit_risk::{Limits, MessageView};
    ///
    /// let view = MessageView::read(b"From: Ann <ann@supplier.example>\r\nSubject: Hi\r\n\r\nHello\r\n", &Limits::default());
    /// assert_eq!(view.from[0].name.as_deref(), Some("Ann"));
    /// assert_eq!(view.texts[0].text.trim(), "Hello");
    /// ```
    #[must_use]
    pub fn read(raw: &[u8], limits: &Limits) -> Self {
        let scan = prescan::prescan(raw, limits);
        let mut reader = Reader {
            view: Self { defects: scan.defects, unscannable: scan.unscannable, ..Self::default() },
            limits,
            text_room: limits.total_text_bytes(),
            parts: 0,
        };
        match parse(scan.bytes.as_ref()) {
            Some(message) => {
                reader.fields(&message);
                reader.messages(&message);
            }
            None => reader.unreadable(scan.bytes.as_ref()),
        }
        reader.view
    }
}

/// mail-parser asserts its own invariants wherever debug assertions are on, and hostile mail breaks them. In such a build
/// that mail is as good as unreadable; in any other the parser stops early and gives what it has.
fn parse(bytes: &[u8]) -> Option<Message<'_>> {
    catch_unwind(|| MessageParser::new().parse(bytes)).ok().flatten()
}

struct Reader<'a> {
    view: MessageView,
    limits: &'a Limits,
    text_room: usize,
    /// How many parts were seen so far.
    parts: usize,
}

impl Reader<'_> {
    /// What is no message is read as plain text.
    fn unreadable(&mut self, raw: &[u8]) {
        self.view.defects.push(Defect::new(
            DefectKind::Unreadable,
            Place::Raw(0),
            "no header fields",
        ));
        self.add_text(0, TextKind::Plain, &String::from_utf8_lossy(raw));
    }

    fn fields(&mut self, message: &Message<'_>) {
        for header in message.headers() {
            match header.name {
                HeaderName::From => self.view.from.extend(mailboxes(&header.value)),
                HeaderName::ReplyTo => self.view.reply_to.extend(mailboxes(&header.value)),
                HeaderName::InReplyTo | HeaderName::References => {
                    self.view.references.extend(texts(&header.value));
                }
                HeaderName::ListUnsubscribe => self.view.list_unsubscribe = true,
                _ => {}
            }
        }
        self.view.subject = message.subject().unwrap_or_default().to_owned();
        self.view.list_id =
            message.header_raw(HeaderName::ListId).map(|value| value.trim().to_owned());
        let auto_submitted =
            message.header_raw(HeaderName::AutoSubmitted).map(|value| value.trim().to_lowercase());
        self.view.auto_submitted = auto_submitted.filter(|value| value != "no");
    }

    /// The message and the messages inside it, with their depth.
    fn messages(&mut self, message: &Message<'_>) {
        let mut waiting = std::collections::VecDeque::from([(message, 0)]);
        while let Some((message, depth)) = waiting.pop_front() {
            let depths = depths(message, depth);
            for (part, depth) in message.parts.iter().zip(depths) {
                let index = self.parts;
                self.parts += 1;
                if depth > self.limits.depth {
                    self.too_deep(index);
                    continue;
                }
                match &part.body {
                    PartType::Message(inner) => waiting.push_back((inner, depth + 1)),
                    _ => self.part(index, part),
                }
            }
        }
    }

    fn too_deep(&mut self, index: usize) {
        if !self.view.defects.iter().any(|defect| defect.kind == DefectKind::Limit) {
            let evidence = format!("deeper than {}", self.limits.depth);
            self.view.defects.push(Defect::new(DefectKind::Limit, Place::part(index), evidence));
        }
        self.cannot_scan(index, UnscannableCause::Limit);
    }

    fn part(&mut self, index: usize, part: &MessagePart<'_>) {
        if part.is_encoding_problem {
            let defect = Defect::new(DefectKind::Encoding, Place::part(index), "does not decode");
            self.view.defects.push(defect);
        }
        self.boundary(index, part);
        match &part.body {
            PartType::Text(text) => self.plain(index, text),
            PartType::Html(page) => self.page(index, page),
            _ => {}
        }
        let is_file = matches!(part.body, PartType::Binary(_) | PartType::InlineBinary(_));
        let is_attached =
            part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
        if is_file || is_attached || part.attachment_name().is_some() {
            self.file(index, part);
        }
    }

    /// RFC 2046 section 5.1.1: a boundary has 1 to 70 characters, and it stands in the body.
    fn boundary(&mut self, index: usize, part: &MessagePart<'_>) {
        let Some(content_type) =
            part.content_type().filter(|kind| kind.ctype().eq_ignore_ascii_case("multipart"))
        else {
            return;
        };
        let evidence = match content_type.attribute("boundary") {
            None | Some("") => "no boundary",
            Some(boundary) if boundary.len() > 70 => "boundary too long",
            Some(_) if !matches!(part.body, PartType::Multipart(_)) => "boundary not found",
            Some(_) => return,
        };
        self.view.defects.push(Defect::new(DefectKind::Boundary, Place::part(index), evidence));
    }

    fn plain(&mut self, index: usize, text: &str) {
        self.add_text(index, TextKind::Plain, text);
        let found = url::find(text::truncate(text, self.limits.text_bytes), self.link_room() + 1);
        self.add_links(index, found.into_iter().map(|target| Link::new(index, target)));
    }

    fn page(&mut self, index: usize, source: &str) {
        let page = html::read(source, self.link_room() + 1);
        self.add_text(index, TextKind::Html, &page.visible);
        self.add_text(index, TextKind::Hidden, &page.hidden);
        let links = page.links.into_iter().map(|(target, text)| Link { part: index, target, text });
        self.add_links(index, links);
        if page.has_password_field {
            self.view.password_form.get_or_insert_with(|| Place::part(index));
        }
    }

    fn file(&mut self, index: usize, part: &MessagePart<'_>) {
        let mut file = Attachment::new(index, worst_name(part));
        #[cfg(feature = "attachments")]
        {
            let inside = crate::attachment::inspect(&file.name, part.contents(), self.limits);
            file.findings = inside.findings;
            for cause in inside.unscannable {
                self.cannot_scan(index, cause);
            }
        }
        // Pictures without a name or a finding say nothing.
        if !file.name.is_empty() || !file.findings.is_empty() {
            // The end of a name says what opens the file.
            let start = file.name.ceil_char_boundary(file.name.len().saturating_sub(MAX_NAME));
            file.name.drain(..start);
            self.view.attachments.push(file);
        }
    }

    fn link_room(&self) -> usize {
        self.limits.links.saturating_sub(self.view.links.len())
    }

    fn add_links(&mut self, part: usize, mut links: impl Iterator<Item = Link>) {
        let room = self.link_room();
        self.view.links.extend(links.by_ref().take(room));
        if links.next().is_some() {
            self.cannot_scan(part, UnscannableCause::Limit);
        }
    }

    fn add_text(&mut self, part: usize, kind: TextKind, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let kept = text::truncate(text, self.text_room.min(self.limits.text_bytes));
        self.text_room -= kept.len();
        if kept.len() < text.len() {
            self.cannot_scan(part, UnscannableCause::Limit);
        }
        self.view.texts.push(Text::new(part, kind, kept));
    }

    fn cannot_scan(&mut self, part: usize, cause: UnscannableCause) {
        let entry = Unscannable::new(Place::part(part), cause);
        let known = &mut self.view.unscannable;
        // A cause that is not listed yet finds room in any case.
        let has_room =
            known.len() < MAX_UNSCANNABLE || known.iter().all(|other| other.cause != cause);
        if has_room && !known.contains(&entry) {
            known.push(entry);
        }
    }
}

/// Of several names the worst: programs do not agree on which one counts.
fn worst_name<'a>(part: &'a MessagePart<'_>) -> &'a str {
    let described = part.headers.iter().filter_map(|header| match header.name {
        HeaderName::ContentDisposition | HeaderName::ContentType => header.value.as_content_type(),
        _ => None,
    });
    let attributes = described.filter_map(mail_parser::ContentType::attributes).flatten();
    let names = attributes.filter(|it| matches!(it.name.as_ref(), "filename" | "name"));
    let first = part.attachment_name().unwrap_or_default();
    names.map(|it| it.value.as_ref()).fold(first, |worst, name| {
        if file_name::rank(name) > file_name::rank(worst) { name } else { worst }
    })
}

/// How deep each part of a message lies; a multipart stands before its parts.
fn depths(message: &Message<'_>, depth: usize) -> Vec<usize> {
    let mut depths = vec![depth; message.parts.len()];
    for (index, part) in message.parts.iter().enumerate() {
        let PartType::Multipart(children) = &part.body else { continue };
        let below = depths.get(index).map_or(depth, |depth| depth + 1);
        for child in children {
            let child = usize::try_from(*child).ok().filter(|child| *child > index);
            if let Some(slot) = child.and_then(|child| depths.get_mut(child)) {
                *slot = below;
            }
        }
    }
    depths
}

fn mailboxes(value: &HeaderValue<'_>) -> Vec<Mailbox> {
    let address: Option<&Address<'_>> = value.as_address();
    let found =
        address.into_iter().flat_map(Address::iter).take(MAX_MAILBOXES).map(|mailbox| Mailbox {
            name: mailbox.name.as_ref().map(|name| text::truncate(name, MAX_NAME).to_owned()),
            address: text::truncate(mailbox.address.as_deref().unwrap_or_default(), MAX_NAME)
                .to_owned(),
        });
    found.collect()
}

fn texts(value: &HeaderValue<'_>) -> Vec<String> {
    let list = value.as_text_list().map(|list| list.iter().map(ToString::to_string).collect());
    list.or_else(|| value.as_text().map(|text| vec![text.to_owned()])).unwrap_or_default()
}

const MAX_MAILBOXES: usize = 50;
const MAX_NAME: usize = 1024;
const MAX_UNSCANNABLE: usize = 20;
