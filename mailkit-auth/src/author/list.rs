//! Lists of mailboxes and groups (RFC 5322 section 3.4).

use super::AuthorError;

/// What a program takes for the author.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Author {
    /// The address of a mailbox.
    Address(String),
    /// What follows an `@` in the name before an address in brackets. A name may have one in quotes
    /// alone (RFC 5322 section 3.2.5), and programs that read a list from its front take the name
    /// for the address.
    DomainInName(String),
}

/// The authors in a list of mailboxes and groups (RFC 5322 section 3.4).
pub(super) fn authors(value: &str) -> Vec<Result<Author, AuthorError>> {
    let mut list = AddressList::default();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if list.quoted || list.depth > 0 => list.push_escaped(chars.next()),
            '"' if list.depth == 0 => {
                list.quoted = !list.quoted;
                list.push(c);
            }
            _ if list.quoted => list.push(c),
            '(' => list.begin_comment(),
            ')' if list.depth > 0 => list.depth -= 1,
            _ if list.depth > 0 || c == '\r' || c == '\n' => {}
            '<' => list.open(),
            '>' => list.close(),
            ',' | ';' if !list.in_angle => list.end(),
            ':' if !list.in_angle && !list.plain.in_literal => list.begin_group(),
            _ => list.push(c),
        }
    }
    if list.quoted || list.depth > 0 || list.in_angle {
        list.malformed = true;
    }
    list.end();
    list.found
}

#[derive(Default)]
struct AddressList {
    found: Vec<Result<Author, AuthorError>>,
    /// What stands outside angle brackets: a name, or a bare address.
    plain: Plain,
    angle: Option<String>,
    in_angle: bool,
    malformed: bool,
    quoted: bool,
    depth: usize,
}

#[derive(Default)]
struct Plain {
    text: String,
    /// Whether an address in brackets has begun, as `a@[IPv6:` (RFC 5321 section 4.1.3).
    in_literal: bool,
}

impl Plain {
    fn push(&mut self, c: char, quoted: bool) {
        match c {
            '[' if !quoted && self.text.ends_with('@') => self.in_literal = true,
            ']' if !quoted => self.in_literal = false,
            _ => {}
        }
        self.text.push(c);
    }
}

impl AddressList {
    fn push(&mut self, c: char) {
        match &mut self.angle {
            Some(angle) if self.in_angle => angle.push(c),
            // A name stands before the brackets; text after them is read differently everywhere.
            Some(_) if !c.is_whitespace() => self.malformed = true,
            _ => self.plain.push(c, self.quoted),
        }
    }

    fn push_escaped(&mut self, c: Option<char>) {
        if let Some(c) = c.filter(|_| self.quoted) {
            self.push('\\');
            self.push(c);
        }
    }

    /// A comment parts words, as white space does (RFC 5322 section 3.2.2).
    fn begin_comment(&mut self) {
        if self.depth == 0 {
            self.push(' ');
        }
        self.depth += 1;
    }

    fn open(&mut self) {
        self.malformed |= self.angle.is_some() || self.plain.in_literal;
        self.angle.get_or_insert_default();
        self.in_angle = true;
    }

    fn close(&mut self) {
        self.malformed |= !self.in_angle;
        self.in_angle = false;
    }

    /// What stands before a colon is the name of a group, which has one, and must not look like an
    /// address.
    fn begin_group(&mut self) {
        let name = std::mem::take(&mut self.plain).text;
        let is_name = is_phrase(&name)
            && !has_unquoted_at(&name)
            && !hides_address(&name)
            && !name.trim().is_empty();
        self.malformed |= self.angle.is_some() || !is_name;
    }

    /// Takes the mailbox that ends here, if one stood here at all.
    fn end(&mut self) {
        let plain = std::mem::take(&mut self.plain).text;
        let (address, name) = match self.angle.take() {
            Some(angle) => (angle, plain),
            None => (plain, String::new()),
        };
        let is_empty = address.trim().is_empty();
        let is_none = is_empty && !name.trim().is_empty() || !is_phrase(&name);
        self.malformed |= is_folded(&address) || hides_address(&name);
        if std::mem::take(&mut self.malformed) || is_none {
            self.found.push(Err(AuthorError::Malformed));
        } else if !is_empty {
            self.found.push(Ok(Author::Address(address.trim().to_owned())));
        }
        let domains = split_at_signs(&name).into_iter().skip(1).filter_map(domain_in_name);
        self.found.extend(domains.map(|domain| Ok(Author::DomainInName(domain))));
    }
}

/// Whether nothing stands in a name at which a program stops and takes the words before it for the
/// address (RFC 5322 section 3.2.3). A square bracket does not matter where no word could be one, as in
/// `[JIRA]`; an `@` that stands free is looked at on its own.
fn is_phrase(name: &str) -> bool {
    let may_hold_address = name.contains('@') || name.contains("=?");
    !unquoted(name).any(|(_, c)| match c {
        '[' | ']' => may_hold_address,
        ')' | '\\' => true,
        _ => false,
    })
}

/// Whether a quoted string goes on in another line; folds outside of one are no part of a text.
fn is_folded(text: &str) -> bool {
    text.contains(['\r', '\n'])
}

/// Whether a quoted name holds a fold and what looks like an address: programs that read the
/// header line by line take that for the author.
fn hides_address(name: &str) -> bool {
    is_folded(name) && name.contains(['<', '@'])
}

/// Whether this is one atom with or without dots, or one quoted string (RFC 5322 section 3.4.1): two
/// words are a name without its brackets, and programs take either for the address.
pub(super) fn is_local_part(text: &str) -> bool {
    let mut bare = unquoted(text).map(|(_, c)| c);
    // RFC 2047 section 5 (3): no encoded word stands in an address; who decodes it sees another.
    let is_readable = !text.is_empty() && !text.contains("=?");
    is_readable
        && match text.starts_with('"') {
            true => bare.eq(['"']),
            false => !bare.any(|c| c.is_whitespace() || SPECIALS.contains(&c)),
        }
}

/// What stands in no atom (RFC 5322 section 3.2.3), but for the dot.
const SPECIALS: [char; 12] = ['(', ')', '<', '>', '[', ']', ':', ';', '@', '\\', ',', '"'];

/// The domain that a piece of a name behind an `@` begins with, if anybody can take it for one of a
/// host: `Ann @ Acme` names no host.
fn domain_in_name(piece: &str) -> Option<String> {
    let mut words = piece.split_whitespace();
    let mut domain = words.next()?.to_owned();
    for word in words {
        // White space may stand around the dots of a domain (RFC 5322 section 4.4).
        if !domain.ends_with('.') && !word.starts_with('.') {
            break;
        }
        domain.push_str(word);
    }
    domain.truncate(domain.trim_end_matches(|c: char| !c.is_alphanumeric()).len());
    domain.contains(MARKS_OF_HOSTS).then_some(domain)
}

/// What stands between the labels of a domain (UTS 46 section 2.3), and what may hide that.
const MARKS_OF_HOSTS: [char; 8] = ['.', '\u{3002}', '\u{ff0e}', '\u{ff61}', '=', '"', '\\', '['];

fn has_unquoted_at(text: &str) -> bool {
    unquoted(text).any(|(_, c)| c == '@')
}

/// What stands between the `@` that are not in quotes.
fn split_at_signs(text: &str) -> Vec<&str> {
    let mut rest = 0;
    let mut pieces = Vec::new();
    for (at, _) in unquoted(text).filter(|(_, c)| *c == '@') {
        pieces.extend(text.get(rest..at));
        rest = at + 1;
    }
    pieces.extend(text.get(rest..));
    pieces
}

/// The characters outside quoted strings, each with its place; of a quoted string the mark that opens
/// it.
fn unquoted(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut quoted, mut escaped) = (false, false);
    text.char_indices().filter(move |(_, c)| {
        let (was_quoted, was_escaped) = (quoted, escaped);
        escaped = quoted && !was_escaped && *c == '\\';
        quoted ^= *c == '"' && !was_escaped;
        !was_quoted
    })
}
