//! The text of a message while it comes in.

use super::Limits;
use crate::smtp::reply::{Reply, ReplyCode};

/// What was read since DATA. Past a limit nothing more is kept, and the client hears so after its final dot.
#[derive(Debug, Default)]
pub(super) struct Body {
    bytes: Vec<u8>,
    header_ended: bool,
    refusal: Option<Reply>,
}

impl Body {
    /// Adds a line with its CR LF.
    pub(super) fn push(&mut self, line: &[u8], limits: &Limits) {
        if self.refusal.is_some() {
            return;
        }
        let length = self.bytes.len() + line.len();
        self.header_ended |= line == b"\r\n";
        if length > limits.message {
            self.refuse(exceeded(too_big(limits.message)));
        } else if length > limits.header && !self.header_ended {
            let text = format!("the header is above {} octets: shorten it", limits.header);
            self.refuse(exceeded(text));
        } else {
            self.bytes.extend_from_slice(line);
        }
    }

    /// The message, or why it is refused.
    pub(super) fn finish(self) -> Result<Vec<u8>, Reply> {
        self.refusal.map_or(Ok(self.bytes), Err)
    }

    /// Octets that are held.
    pub(super) fn held(&self) -> usize {
        self.bytes.len()
    }

    /// Lets go of the text; the client hears the reply after its final dot.
    pub(super) fn refuse(&mut self, reply: Reply) {
        self.bytes = Vec::new();
        self.refusal = Some(reply);
    }
}

fn exceeded(text: String) -> Reply {
    Reply::new(ReplyCode::ExceededStorage, (3, 4), text)
}

pub(super) fn too_big(limit: usize) -> String {
    format!("the message is above {limit} octets: send a link, or less")
}
