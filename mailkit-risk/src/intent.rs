//! What the sender wants, how soon, and in which language.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::assessment::Place;
use crate::language::Language;
use crate::message::MessageView;

mod classify;

/// What a mail asks for. The host turns it into a department and a priority.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Intent {
    /// The version of the serialized form.
    pub schema_version: u32,
    /// What the sender wants.
    pub kind: IntentKind,
    /// How pressing it is.
    pub urgency: Urgency,
    /// How soon the sender expects an answer or a delivery, where the mail says so. It serializes as whole seconds.
    #[cfg_attr(feature = "serde", serde(serialize_with = "as_seconds"))]
    pub deadline: Option<Duration>,
    /// The language of the mail, for the answer.
    pub language: Option<Language>,
    /// What was seen: the evidence for the kind first, the heaviest first.
    pub reasons: Vec<IntentReason>,
}

impl Intent {
    /// The version of the serialized form; it grows when a field changes its meaning or goes.
    pub const SCHEMA_VERSION: u32 = 1;
}

/// What a sender wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum IntentKind {
    /// A quotation, a price list, samples.
    PriceRequest,
    /// To buy, or to change an order.
    Order,
    /// Help with a product.
    TechnicalSupport,
    /// To complain or to return goods.
    Complaint,
    /// Something about an invoice or a payment.
    Payment,
    /// Something about a delivery.
    Shipping,
    /// To sell for us, or with us.
    Cooperation,
    /// A job.
    JobApplication,
    /// An interview or material for an article.
    Press,
    /// To sell us something.
    Advertisement,
    /// None of these, or none clearly.
    Other,
}

impl IntentKind {
    /// All kinds.
    pub const ALL: &[Self] = &[
        Self::PriceRequest,
        Self::Order,
        Self::TechnicalSupport,
        Self::Complaint,
        Self::Payment,
        Self::Shipping,
        Self::Cooperation,
        Self::JobApplication,
        Self::Press,
        Self::Advertisement,
        Self::Other,
    ];

    /// The name in snake case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PriceRequest => "price_request",
            Self::Order => "order",
            Self::TechnicalSupport => "technical_support",
            Self::Complaint => "complaint",
            Self::Payment => "payment",
            Self::Shipping => "shipping",
            Self::Cooperation => "cooperation",
            Self::JobApplication => "job_application",
            Self::Press => "press",
            Self::Advertisement => "advertisement",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for IntentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such intent")]
#[non_exhaustive]
pub struct UnknownIntent;

impl FromStr for IntentKind {
    type Err = UnknownIntent;

    fn from_str(text: &str) -> Result<Self, UnknownIntent> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text).ok_or(UnknownIntent)
    }
}

/// How pressing a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Urgency {
    /// The sender says it can wait, or nobody waits for an answer.
    Low,
    /// Nothing special.
    Normal,
    /// The sender says it is urgent, or names a time of a day or less.
    Urgent,
}

/// A phrase that decided something.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct IntentReason {
    /// The kind it speaks for; `None` where it speaks of time.
    pub kind: Option<IntentKind>,
    /// How much it counts: a phrase in the subject three, elsewhere one.
    pub weight: u32,
    /// Where it stands.
    pub place: Place,
    /// The phrase, folded.
    pub evidence: String,
}

/// What the sender of a message wants.
///
/// ```
/// use mailkit_risk::{IntentKind, MessageView, intent};
///
/// let mut view = MessageView::default();
/// view.subject = "Quotation for 500 pcs CIF Hamburg".to_owned();
/// assert_eq!(intent::classify(&view).kind, IntentKind::PriceRequest);
/// ```
#[must_use]
pub fn classify(view: &MessageView) -> Intent {
    classify::classify(view, crate::lexicon::Lexicon::builtin())
}

/// Like [`classify`], with phrases of the caller's own.
///
/// ```
/// use mailkit_risk::{IntentKind, Lexicon, MessageView, intent};
///
/// let lexicon = Lexicon::parse("language\tnl\nprice_request\tofferte\n")?;
/// let mut view = MessageView::default();
/// view.subject = "Offerte voor 20 pompen".to_owned();
/// assert_eq!(intent::classify_with(&view, &lexicon).kind, IntentKind::PriceRequest);
/// # Ok::<(), mailkit_risk::TableError>(())
/// ```
#[must_use]
pub fn classify_with(view: &MessageView, lexicon: &crate::lexicon::Lexicon) -> Intent {
    classify::classify(view, lexicon)
}

/// What the sender of a raw message wants.
///
/// ```
/// use mailkit_risk::{Language, Urgency, intent};
///
/// let raw = "From: a@b.example\r\nSubject: =?utf-8?B?6K+35oql5Lu3?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
///     您好，请报价，急！\r\n";
/// let intent = intent::classify_raw(raw.as_bytes());
/// assert_eq!((intent.urgency, intent.language), (Urgency::Urgent, Some(Language::ZhHans)));
/// ```
#[cfg(feature = "message")]
#[must_use]
pub fn classify_raw(raw: &[u8]) -> Intent {
    classify(&MessageView::read(raw, &crate::limits::Limits::default()))
}

#[cfg(feature = "serde")]
fn as_seconds<S: serde::Serializer>(
    time: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&time.map(|time| time.as_secs()), serializer)
}
