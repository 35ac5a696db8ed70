//! One mail: the values in the slots, each escaped for its place.

mod pen;

use std::time::SystemTime;

use thiserror::Error;

use crate::catalog::{Bound, Localized};
use crate::clock::LocalClock;
use crate::compose::HeaderText;
use crate::layout::Context;
use crate::locale::{Locale, LocaleDecision};
use crate::manifest::Manifest;
use crate::recipient::Recipient;
use crate::value::{Text, Value, ValueType};

use pen::{Facts, Pen};

/// A written mail: subject, HTML and text in one locale, and why in this one.
///
/// See [`Template::render`](crate::Template::render).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedMail {
    subject: HeaderText,
    preheader: Option<String>,
    html: String,
    text: String,
    decision: LocaleDecision,
    clock: LocalClock,
}

impl RenderedMail {
    /// The subject: one line without control characters.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.subject.as_str()
    }

    /// The line that mail programs show behind the subject, if the template has one. It stands in the HTML too.
    #[must_use]
    pub fn preheader(&self) -> Option<&str> {
        self.preheader.as_deref()
    }

    /// The HTML body.
    #[must_use]
    pub fn html(&self) -> &str {
        &self.html
    }

    /// The plain text body, with line feeds at the ends of lines.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The locale of every part.
    #[must_use]
    pub const fn locale(&self) -> &Locale {
        &self.decision.locale
    }

    /// Why the mail is in this locale.
    #[must_use]
    pub const fn locale_decision(&self) -> &LocaleDecision {
        &self.decision
    }

    /// The part of the day that the greeting went by.
    #[must_use]
    pub const fn clock(&self) -> &LocalClock {
        &self.clock
    }

    pub(crate) const fn subject_header(&self) -> &HeaderText {
        &self.subject
    }
}

/// A mail cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("template {template:?}: {kind}")]
pub struct RenderError {
    template: String,
    kind: RenderErrorKind,
}

impl RenderError {
    pub(crate) fn new(template: &str, kind: RenderErrorKind) -> Self {
        Self { template: template.to_owned(), kind }
    }

    /// The id of the template.
    #[must_use]
    pub fn template(&self) -> &str {
        &self.template
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> &RenderErrorKind {
        &self.kind
    }
}

/// Why a mail cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RenderErrorKind {
    /// A parameter has no value.
    #[error("parameter {parameter:?} has no value")]
    MissingParameter {
        /// The parameter.
        parameter: String,
    },
    /// A parameter has two values.
    #[error("parameter {parameter:?} has two values")]
    RepeatedParameter {
        /// The parameter.
        parameter: String,
    },
    /// `now` is outside of the years that have a calendar.
    #[error("the time is beyond the calendar")]
    TimeOutOfRange,
    /// A text is longer than `template.toml` allows; [`Value::shortened`] cuts it.
    #[error("parameter {parameter:?} is longer than {max} characters")]
    TooLong {
        /// The parameter.
        parameter: String,
        /// Its `max` in `template.toml`.
        max: usize,
    },
    /// There is no such parameter.
    #[error("there is no parameter {parameter:?}")]
    UnknownParameter {
        /// The name that was given.
        parameter: String,
    },
    /// There is no such template.
    #[error("there is no such template")]
    UnknownTemplate,
    /// The recipient's time zone is not in the IANA database.
    #[error("there is no time zone {zone:?}")]
    UnknownTimeZone {
        /// The name that was given.
        zone: String,
    },
    /// A value has another type than `template.toml` declares.
    #[error("parameter {parameter:?} is of type {expected}, the value is of type {found}")]
    WrongType {
        /// The parameter.
        parameter: String,
        /// The declared type.
        expected: ValueType,
        /// The type of the value.
        found: ValueType,
    },
}

/// Writes a mail; the template has passed its proof, so only the call can be wrong.
pub(crate) fn render(
    manifest: &Manifest,
    localized: &Localized,
    decision: LocaleDecision,
    recipient: &Recipient,
    values: &[(&str, Value)],
    now: SystemTime,
) -> Result<RenderedMail, RenderErrorKind> {
    let values = bind(manifest, values)?;
    let clock = LocalClock::read(recipient, &decision.locale, now)?;
    let facts = Facts {
        language: &localized.language,
        values: &values,
        name: recipient.salutation_name(),
        period: clock.period,
    };
    let line = |message| {
        let mut pen = Pen::new(&facts, 128);
        pen.message(message, Context::Plain);
        Text::new(&pen.finish())
    };
    Ok(RenderedMail {
        subject: HeaderText::from(line(&localized.subject)),
        preheader: localized.preheader.as_ref().map(|message| line(message).to_string()),
        html: body(&localized.html, &facts),
        text: body(&localized.text, &facts),
        decision,
        clock,
    })
}

fn body(pieces: &[Bound], facts: &Facts<'_>) -> String {
    let literals = pieces.iter().map(|piece| match piece {
        Bound::Literal(text) => text.len(),
        _ => 64,
    });
    let mut pen = Pen::new(facts, literals.sum());
    for piece in pieces {
        match piece {
            Bound::Literal(text) => pen.literal(text),
            Bound::Message(message, context) => pen.message(message, *context),
            Bound::Parameter(position, context) => pen.parameter(*position, *context),
            Bound::Language => pen.literal(&facts.language.locale.to_string()),
            Bound::Direction => pen.literal(facts.language.locale.direction().as_str()),
        }
    }
    pen.finish()
}

/// One value for each declared parameter, in the order of the declaration.
fn bind<'a>(
    manifest: &Manifest,
    values: &'a [(&str, Value)],
) -> Result<Vec<&'a Value>, RenderErrorKind> {
    for (index, (name, _)) in values.iter().enumerate() {
        let parameter = || (*name).to_owned();
        if manifest.position(name).is_none() {
            return Err(RenderErrorKind::UnknownParameter { parameter: parameter() });
        }
        if values.iter().take(index).any(|(earlier, _)| earlier == name) {
            return Err(RenderErrorKind::RepeatedParameter { parameter: parameter() });
        }
    }
    manifest
        .parameters
        .iter()
        .map(|declared| {
            let parameter = || declared.name.clone();
            let value =
                values.iter().find(|(name, _)| *name == declared.name).map(|(_, value)| value);
            let value = value
                .ok_or_else(|| RenderErrorKind::MissingParameter { parameter: parameter() })?;
            let (expected, found) = (declared.value_type, value.value_type());
            if expected != found {
                return Err(RenderErrorKind::WrongType { parameter: parameter(), expected, found });
            }
            match value {
                Value::Text(text) if text.as_str().chars().count() > declared.max_chars => {
                    Err(RenderErrorKind::TooLong {
                        parameter: parameter(),
                        max: declared.max_chars,
                    })
                }
                _ => Ok(value),
            }
        })
        .collect()
}
