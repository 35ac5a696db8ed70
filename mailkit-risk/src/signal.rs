//! The signals: each file looks at one family of evidence.

use crate::assessment::{Place, Unscannable, UnscannableCause};
use crate::code::Code;
use crate::context::{Context, DmarcResult};
use crate::counterparty::Counterparty;
use crate::lexicon::{Hit, Lexicon, Topic};
use crate::limits::Limits;
use crate::message::{Mailbox, MessageView, TextKind};
use crate::text;

mod attachment;
mod auth;
mod content;
mod identity;
mod link;
mod payment;
mod structure;
mod wording;

/// All evidence in a message, and what could not be looked into.
pub(crate) fn find(
    view: &MessageView,
    context: &Context,
    lexicon: &Lexicon,
    limits: &Limits,
) -> Findings {
    let case = Case::new(view, context, lexicon, limits);
    let mut findings = Findings::default();
    auth::find(&case, &mut findings);
    identity::find(&case, &mut findings);
    payment::find(&case, &mut findings);
    wording::find(&case, &mut findings);
    link::find(&case, &mut findings);
    content::find(&case, &mut findings);
    attachment::find(&case, &mut findings);
    structure::find(&case, &mut findings);
    auth::trust(&case, &mut findings);
    findings
}

/// A reason before it is weighed.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) code: Code,
    pub(crate) place: Place,
    pub(crate) evidence: String,
}

#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) list: Vec<Finding>,
    pub(crate) unscannable: Vec<Unscannable>,
}

impl Findings {
    fn add(&mut self, code: Code, place: Place, evidence: &str) {
        // The first finding of a code is the one that is shown, so no more are kept.
        if !self.has(code) {
            self.list.push(Finding { code, place, evidence: text::evidence(evidence) });
        }
    }

    /// What lies behind a limit may be what the limit was reached for, so it weighs more than the rest that is not seen.
    fn cannot_scan(&mut self, entry: Unscannable) {
        if entry.cause == UnscannableCause::Limit {
            self.add(Code::LimitReached, entry.place.clone(), "not looked at beyond it");
        }
        self.add(Code::Unscannable, entry.place.clone(), &entry.cause.to_string());
        if !self.unscannable.contains(&entry) {
            self.unscannable.push(entry);
        }
    }

    fn has(&self, code: Code) -> bool {
        self.list.iter().any(|known| known.code == code)
    }

    fn reached_limit(&mut self, place: Place) {
        self.cannot_scan(Unscannable::new(place, UnscannableCause::Limit));
    }
}

/// A message with all that several signals want to know about it.
struct Case<'a> {
    view: &'a MessageView,
    context: &'a Context,
    limits: &'a Limits,
    /// The domain of the first well-formed From address.
    sender: Option<String>,
    /// The first of the counterparties.
    counterparty: Option<&'a Counterparty>,
    /// The counterparties of all From addresses: programs disagree on which of several they show.
    counterparties: Vec<&'a Counterparty>,
    readings: Vec<Reading<'a>>,
}

impl<'a> Case<'a> {
    fn new(
        view: &'a MessageView,
        context: &'a Context,
        lexicon: &Lexicon,
        limits: &'a Limits,
    ) -> Self {
        let mailbox = view.from.iter().find(|mailbox| mailbox.domain().is_some());
        let counterparties = context.counterparties_of(&view.from);
        let counterparty = counterparties.first().copied();
        let sender = mailbox.and_then(Mailbox::domain);
        let mut readings = vec![Reading::new(None, &view.subject, lexicon)];
        let mut room = limits.total_text_bytes();
        for text in &view.texts {
            let original = text::truncate(&text.text, room.min(limits.text_bytes));
            room -= original.len();
            readings.push(Reading::new(Some((text.part, text.kind)), original, lexicon));
        }
        Self { view, context, limits, sender, counterparty, counterparties, readings }
    }

    /// The sender's domain, if it is the only one and DMARC passes for it; anybody can write any other.
    fn authenticated_sender(&self) -> Option<&str> {
        let auth = &self.context.auth;
        let about_sender = auth.from_domain.is_none() || auth.from_domain == self.sender;
        let passes =
            auth.dmarc == Some(DmarcResult::Pass) && about_sender && self.view.from.len() == 1;
        self.sender.as_deref().filter(|_| passes)
    }

    /// The first phrase of a topic: in what a reader sees, else in what is hidden, as no page tells which readers see it.
    fn phrase(&self, topic: Topic) -> Option<(&Reading<'a>, Hit)> {
        let visible = self.readings.iter().filter(|reading| reading.is_visible());
        let hidden = self.readings.iter().filter(|reading| !reading.is_visible());
        visible
            .chain(hidden)
            .flat_map(|reading| reading.hits.iter().map(move |hit| (reading, *hit)))
            .find(|(_, hit)| hit.phrase.topic == topic)
    }
}

/// A text, folded, with the phrases in it.
struct Reading<'a> {
    source: Option<(usize, TextKind)>,
    original: &'a str,
    folded: String,
    hits: Vec<Hit>,
}

impl<'a> Reading<'a> {
    fn new(source: Option<(usize, TextKind)>, original: &'a str, lexicon: &Lexicon) -> Self {
        let folded = text::fold(original);
        let hits = lexicon.find(&folded);
        Self { source, original, folded, hits }
    }

    fn is_visible(&self) -> bool {
        !matches!(self.source, Some((_, TextKind::Hidden)))
    }

    /// The place of a range of the folded text, in bytes of the original.
    fn place(&self, start: usize, end: usize) -> Place {
        let Some((index, _)) = self.source else { return Place::header("Subject") };
        let bytes =
            text::original_offset(self.original, start)..text::original_offset(self.original, end);
        Place::Part { index, bytes: Some(bytes) }
    }

    fn words(&self, hit: &Hit) -> &str {
        self.folded.get(hit.start..hit.end).unwrap_or_default()
    }
}
