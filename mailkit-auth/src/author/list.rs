//! Lists of mailboxes and groups (RFC 5322 section 3.4).

use super::AuthorError;

/// The addresses of a list of mailboxes and groups (RFC 5322 section 3.4), without names.
pub(super) fn addresses(value: &str) -> Vec<Result<String, AuthorError>> {
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
            '(' => list.depth += 1,
            ')' if list.depth > 0 => list.depth -= 1,
            _ if list.depth > 0 || c == '\r' || c == '\n' => {}
            '<' => list.open(),
            '>' => list.close(),
            ',' | ';' if !list.in_angle => list.end(),
            ':' if !list.in_angle && !list.in_literal() => list.begin_group(),
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
    found: Vec<Result<String, AuthorError>>,
    /// What stands outside angle brackets: a name, or a bare address.
    plain: String,
    angle: Option<String>,
    in_angle: bool,
    malformed: bool,
    quoted: bool,
    depth: usize,
}

impl AddressList {
    fn push(&mut self, c: char) {
        match &mut self.angle {
            Some(angle) if self.in_angle => angle.push(c),
            // A name stands before the brackets; text after them is read differently everywhere.
            Some(_) if !c.is_whitespace() => self.malformed = true,
            _ => self.plain.push(c),
        }
    }

    fn push_escaped(&mut self, c: Option<char>) {
        if let Some(c) = c.filter(|_| self.quoted) {
            self.push('\\');
            self.push(c);
        }
    }

    fn open(&mut self) {
        self.malformed |= self.angle.is_some() || self.in_literal();
        self.angle.get_or_insert_default();
        self.in_angle = true;
    }

    fn close(&mut self) {
        self.malformed |= !self.in_angle;
        self.in_angle = false;
    }

    /// Whether an address in brackets has begun, as `a@[IPv6:` (RFC 5321 section 4.1.3).
    fn in_literal(&self) -> bool {
        self.plain.rsplit_once("@[").is_some_and(|(_, literal)| !literal.contains(']'))
    }

    /// What stands before a colon is the name of a group, and must not look like an address.
    fn begin_group(&mut self) {
        let name = std::mem::take(&mut self.plain);
        self.malformed |= self.angle.is_some() || has_unquoted_at(&name);
    }

    /// Takes the mailbox that ends here, if one stood here at all.
    fn end(&mut self) {
        let plain = std::mem::take(&mut self.plain);
        let address = self.angle.take().unwrap_or(plain);
        let malformed = std::mem::take(&mut self.malformed);
        if malformed {
            self.found.push(Err(AuthorError::Malformed));
        } else if !address.trim().is_empty() {
            self.found.push(Ok(address.trim().to_owned()));
        }
    }
}

/// Programs disagree on which of two `@` the domain follows.
pub(super) fn has_unquoted_at(text: &str) -> bool {
    let mut quoted = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted => drop(chars.next()),
            '"' => quoted = !quoted,
            '@' if !quoted => return true,
            _ => {}
        }
    }
    false
}
