//! A signature on several lines.

use super::DkimSignature;
use crate::text::MAX_LINE;

impl DkimSignature {
    /// The value of the field, folded so that with `DKIM-Signature: ` in front no line is longer
    /// than 78 characters (RFC 5322 section 2.1.1), unless one word of it is. It ends without a
    /// line end.
    #[must_use]
    pub fn folded(&self) -> String {
        let mut lines = Lines { text: String::new(), column: NAME.len() };
        let tags = self.tags();
        for (index, (name, value)) in tags.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            let last = index + 1 == tags.len();
            let mut words = words(name, value);
            words.insert(0, format!("{name}="));
            if let Some(end) = words.last_mut().filter(|_| !last) {
                end.push(';');
            }
            let mut words = words.iter();
            lines.push(space, words.next().map_or("", String::as_str));
            words.for_each(|word| lines.push("", word));
        }
        lines.text
    }
}

/// What stands before the value.
const NAME: &str = "DKIM-Signature: ";

/// The parts of a value between which white space means nothing.
fn words(name: &str, value: &str) -> Vec<String> {
    match name {
        "h" => value.split_inclusive(':').map(str::to_owned).collect(),
        "b" | "bh" => {
            let quads = value.as_bytes().chunks(4);
            quads.map(|quad| String::from_utf8_lossy(quad).into_owned()).collect()
        }
        "z" => value
            .split_inclusive('|')
            .flat_map(|copy| copy.split_inclusive("=20"))
            .map(str::to_owned)
            .collect(),
        _ => vec![value.to_owned()],
    }
}

struct Lines {
    text: String,
    column: usize,
}

impl Lines {
    /// Adds a word, on the next line if this one has no room; then no space goes before it.
    fn push(&mut self, space: &str, word: &str) {
        if self.column + space.len() + word.len() > MAX_LINE {
            self.text.push_str("\r\n\t");
            self.column = 1;
        } else {
            self.text.push_str(space);
            self.column += space.len();
        }
        self.text.push_str(word);
        self.column += word.len();
    }
}
