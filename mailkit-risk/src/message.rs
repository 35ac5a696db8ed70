//! What a scorer looks at: the parts of a message that carry evidence.

use crate::assessment::{Place, Unscannable};

#[cfg(feature = "message")]
mod boundaries;
#[cfg(feature = "message")]
mod html;
#[cfg(feature = "message")]
mod prescan;
#[cfg(feature = "message")]
mod read;
mod url;

pub(crate) use url::{Target, shown_domain};

/// A message as the scorer sees it. `MessageView::read` (feature `message`) fills it from bytes; a host that has parsed
/// the message already fills it on its own.
///
/// ```
/// use mailkit_risk::{Mailbox, MessageView};
///
/// let mut view = MessageView::default();
/// view.from.push(Mailbox::new("ann@supplier.example").with_name("Ann"));
/// view.subject = "Quotation".to_owned();
/// assert_eq!(view.from[0].domain().as_deref(), Some("supplier.example"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MessageView {
    /// The mailboxes of all From fields (RFC 5322 section 3.6.2).
    pub from: Vec<Mailbox>,
    /// The mailboxes of Reply-To.
    pub reply_to: Vec<Mailbox>,
    /// The subject, decoded.
    pub subject: String,
    /// The message ids of In-Reply-To and References.
    pub references: Vec<String>,
    /// The List-Id, where a mailing list sent it (RFC 2919).
    pub list_id: Option<String>,
    /// Whether there is a List-Unsubscribe field (RFC 2369), as newsletters have.
    pub list_unsubscribe: bool,
    /// The Auto-Submitted keyword (RFC 3834), unless it is `no`.
    pub auto_submitted: Option<String>,
    /// The text of all parts.
    pub texts: Vec<Text>,
    /// The links of all parts.
    pub links: Vec<Link>,
    /// Files, by name and by what was found inside.
    pub attachments: Vec<Attachment>,
    /// Whether a page asks for a password: the part it stands in.
    pub password_form: Option<Place>,
    /// What is wrong with the form of the message.
    pub defects: Vec<Defect>,
    /// What could not be looked into.
    pub unscannable: Vec<Unscannable>,
}

/// A name and an address (RFC 5322 section 3.4).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Mailbox {
    /// The display name, decoded.
    pub name: Option<String>,
    /// The address as it stands there, perhaps malformed.
    pub address: String,
}

impl Mailbox {
    /// A mailbox without a name.
    #[must_use]
    pub fn new(address: impl Into<String>) -> Self {
        Self { name: None, address: address.into() }
    }

    /// Sets the display name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The domain in lower case, if the address is well formed.
    #[must_use]
    pub fn domain(&self) -> Option<String> {
        crate::domain::of_address(&self.address)
    }
}

/// Decoded text of one part.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Text {
    /// The number of the part.
    pub part: usize,
    /// Where it comes from.
    pub kind: TextKind,
    /// The text, without mark-up.
    pub text: String,
}

impl Text {
    /// Text of a part.
    #[must_use]
    pub fn new(part: usize, kind: TextKind, text: impl Into<String>) -> Self {
        Self { part, kind, text: text.into() }
    }
}

/// What a reader sees of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TextKind {
    /// A plain text part.
    Plain,
    /// The visible text of an HTML part.
    Html,
    /// Text of an HTML part that a style hides.
    Hidden,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Link {
    /// The number of the part.
    pub part: usize,
    /// Where it leads.
    pub target: String,
    /// What a reader sees; `None` where the target itself is what a reader sees.
    pub text: Option<String>,
}

impl Link {
    /// A link that shows its target.
    #[must_use]
    pub fn new(part: usize, target: impl Into<String>) -> Self {
        Self { part, target: target.into(), text: None }
    }

    /// Sets what a reader sees.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }
}

/// An attached file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Attachment {
    /// The number of the part.
    pub part: usize,
    /// The file name, decoded, as it stands there.
    pub name: String,
    /// What was found inside.
    pub findings: Vec<AttachmentFinding>,
}

impl Attachment {
    /// A file that was not looked into.
    #[must_use]
    pub fn new(part: usize, name: impl Into<String>) -> Self {
        Self { part, name: name.into(), findings: Vec::new() }
    }

    /// Adds what was found inside.
    #[must_use]
    pub fn with_finding(
        mut self,
        kind: AttachmentFindingKind,
        evidence: impl Into<String>,
    ) -> Self {
        self.findings.push(AttachmentFinding { kind, evidence: evidence.into() });
        self
    }
}

/// Something found inside a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct AttachmentFinding {
    /// What was found.
    pub kind: AttachmentFindingKind,
    /// The name that shows it, such as that of the macro.
    pub evidence: String,
}

/// What can be found inside a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttachmentFindingKind {
    /// A program or script inside an archive.
    ArchiveExecutable,
    /// An archive that unpacks to an absurd size.
    Bomb,
    /// A program behind a name that does not say so.
    ContentMismatch,
    /// Encrypted content.
    Encrypted,
    /// A page that assembles a file by script.
    HtmlSmuggling,
    /// A macro.
    Macro,
    /// A macro that starts by itself.
    MacroAutoExec,
    /// A template that is loaded from the network.
    RemoteTemplate,
}

/// Something wrong with the form of a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Defect {
    /// What is wrong.
    pub kind: DefectKind,
    /// Where.
    pub place: Place,
    /// The name or number that shows it.
    pub evidence: String,
}

impl Defect {
    /// A defect.
    #[must_use]
    pub fn new(kind: DefectKind, place: Place, evidence: impl Into<String>) -> Self {
        Self { kind, place, evidence: evidence.into() }
    }
}

/// What can be wrong with the form of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DefectKind {
    /// CR and LF do not always come together (RFC 5321 section 2.3.8).
    BareNewline,
    /// A multipart without a usable boundary (RFC 2046 section 5.1).
    Boundary,
    /// A field of the message stands twice that may stand once (RFC 5322 section 3.6).
    DuplicateField,
    /// A field that describes the content stands twice (RFC 2045).
    DuplicateMimeField,
    /// A part does not decode as it says.
    Encoding,
    /// One of the [`Limits`](crate::Limits) was reached.
    Limit,
    /// A NUL byte (RFC 5322 section 4).
    Nul,
    /// Not a message at all.
    Unreadable,
}
