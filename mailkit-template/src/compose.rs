//! From a rendered mail to bytes: typed headers that refuse injection, reproducible MIME.
//!
//! ```
//! use mailkit_template::compose::{Mailbox, OutgoingMail};
//! use mailkit_template::{Catalog, Recipient, TemplateSource};
//! use std::time::{Duration, UNIX_EPOCH};
//!
//! # let source = TemplateSource::new("hello")
//! #     .with_file("template.toml", "id = 'hello'\ndefault-locale = 'en'\nsubject = 'subject'")
//! #     .with_file("layout.html", "<html lang='{{ @lang }}' dir='{{ @dir }}'><p>{{ subject }}</p></html>")
//! #     .with_file("messages/en.ftl", "subject = Hello");
//! # let templates = Catalog::load([source])?;
//! let now = UNIX_EPOCH + Duration::from_secs(1_795_000_000);
//! let mail = templates.get("hello")?.render(&Recipient::new("Anna Schmidt"), &[], now)?;
//! let from: Mailbox = "Example Ltd <sales@example.com>".parse()?;
//! let to: Mailbox = "anna@example.org".parse()?;
//! let bytes = OutgoingMail::new(from, to, &mail, "<1@example.com>".parse()?, now).to_bytes()?;
//! assert!(bytes.starts_with(b"From: \"Example Ltd\" <sales@example.com>\r\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod boundary;
mod error;
mod header;
mod mailbox;
mod message_id;
mod outgoing;

pub use error::{HeaderError, HeaderErrorKind};
pub use header::{HeaderName, HeaderText};
pub use mailbox::Mailbox;
pub use message_id::MessageId;
pub use outgoing::{AutoSubmitted, ComposeError, OutgoingMail};
