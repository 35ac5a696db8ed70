//! Counting phrases.

use std::time::Duration;

use super::{Intent, IntentKind, IntentReason, Urgency};
use crate::assessment::Place;
use crate::language::Language;
use crate::lexicon::{Hit, Lexicon, Topic};
use crate::message::{MessageView, TextKind};
use crate::text;

pub(super) fn classify(view: &MessageView, lexicon: &Lexicon) -> Intent {
    let own_words = own_words(view);
    let mut clues = Clues::default();
    clues.read(&view.subject, SUBJECT_WEIGHT, &Place::header("Subject"), lexicon);
    for (part, words) in &own_words {
        clues.read(words, 1, &Place::part(*part), lexicon);
    }
    clues.read_form(view);
    let kind = clues.kind(view);
    let text: Vec<&str> =
        own_words.iter().map(|(_, words)| words.as_str()).chain([view.subject.as_str()]).collect();
    Intent {
        schema_version: Intent::SCHEMA_VERSION,
        kind,
        urgency: clues.urgency(view, kind),
        deadline: clues.deadline,
        language: Language::guess(&text.join("\n")).or(clues.language),
        reasons: clues.into_reasons(kind),
    }
}

/// What the sender wrote now: quoted lines left out, and each text once where it stands as plain text and as HTML.
fn own_words(view: &MessageView) -> Vec<(usize, String)> {
    let has_plain =
        view.texts.iter().any(|text| text.kind == TextKind::Plain && !text.text.trim().is_empty());
    let wanted = if has_plain { TextKind::Plain } else { TextKind::Html };
    let texts = view.texts.iter().filter(|text| text.kind == wanted);
    texts.map(|text| (text.part, without_quotes(text::truncate(&text.text, MAX_TEXT)))).collect()
}

fn without_quotes(text: &str) -> String {
    let own = text.lines().filter(|line| !line.starts_with('>'));
    own.collect::<Vec<_>>().join("\n")
}

#[derive(Debug, Default)]
struct Clues {
    reasons: Vec<IntentReason>,
    urgent: bool,
    not_urgent: bool,
    deadline: Option<Duration>,
    /// The language of the first phrase, for texts too short to tell by their other words.
    language: Option<Language>,
}

impl Clues {
    fn read(&mut self, words: &str, weight: u32, place: &Place, lexicon: &Lexicon) {
        let folded = text::fold(words);
        let hits = outermost(lexicon.find(&folded));
        for hit in &hits {
            let evidence = text::evidence(folded.get(hit.start..hit.end).unwrap_or_default());
            let time = match hit.phrase.topic {
                Topic::Intent(kind) => {
                    self.language.get_or_insert(hit.phrase.language);
                    self.add(Some(kind), weight, place, evidence);
                    continue;
                }
                Topic::Urgent => hit.phrase.time.or(Some(DEFAULT_URGENT)),
                Topic::Unit | Topic::UnitWithin => match counted_time(&folded, hit, &hits) {
                    None => continue,
                    time => time,
                },
                Topic::NotUrgent => {
                    self.not_urgent = true;
                    None
                }
                _ => continue,
            };
            self.add_time(time, hit.phrase.time.is_some());
            self.add(None, weight, place, evidence);
        }
    }

    /// An urgent phrase without a time presses, but names no deadline.
    fn add_time(&mut self, time: Option<Duration>, is_named: bool) {
        let Some(time) = time else { return };
        self.urgent |= time <= DEFAULT_URGENT;
        if is_named {
            self.deadline = Some(self.deadline.map_or(time, |earlier| earlier.min(time)));
        }
    }

    fn add(&mut self, kind: Option<IntentKind>, weight: u32, place: &Place, evidence: String) {
        let known =
            self.reasons.iter().any(|reason| reason.kind == kind && reason.evidence == evidence);
        if !known {
            self.reasons.push(IntentReason { kind, weight, place: place.clone(), evidence });
        }
    }

    fn read_form(&mut self, view: &MessageView) {
        if view.list_unsubscribe {
            let place = Place::header("List-Unsubscribe");
            self.add(
                Some(IntentKind::Advertisement),
                LIST_WEIGHT,
                &place,
                "list-unsubscribe".to_owned(),
            );
        }
    }

    /// The kind with the greatest weight; of equal ones the first in the order of [`IntentKind::ALL`].
    fn kind(&self, view: &MessageView) -> IntentKind {
        if view.auto_submitted.is_some() {
            return IntentKind::Other;
        }
        let weighed = IntentKind::ALL.iter().rev().map(|kind| (self.weight(*kind), *kind));
        weighed
            .max_by_key(|(weight, _)| *weight)
            .filter(|(weight, _)| *weight > 0)
            .map_or(IntentKind::Other, |best| best.1)
    }

    fn weight(&self, kind: IntentKind) -> u32 {
        self.reasons
            .iter()
            .filter(|reason| reason.kind == Some(kind))
            .map(|reason| reason.weight)
            .sum()
    }

    fn urgency(&self, view: &MessageView, kind: IntentKind) -> Urgency {
        if view.auto_submitted.is_some() || kind == IntentKind::Advertisement {
            Urgency::Low
        } else if self.urgent {
            Urgency::Urgent
        } else if self.not_urgent {
            Urgency::Low
        } else {
            Urgency::Normal
        }
    }

    fn into_reasons(self, kind: IntentKind) -> Vec<IntentReason> {
        let mut reasons = self.reasons;
        reasons.sort_by_key(|reason| (reason.kind != Some(kind), std::cmp::Reverse(reason.weight)));
        reasons
    }
}

/// Phrases about what is wanted and when; of nested ones the longest, so “not urgent” is not “urgent”.
fn outermost(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.retain(|hit| is_about_intent(hit.phrase.topic));
    hits.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
    let mut outer = 0..0;
    hits.retain(|hit| {
        let nested = hit.end <= outer.end && (hit.start..hit.end) != outer;
        if !nested {
            outer = hit.start..hit.end;
        }
        !nested
    });
    hits
}

fn is_about_intent(topic: Topic) -> bool {
    use Topic::{Intent, NotUrgent, Unit, UnitWithin, Urgent, Within};
    matches!(topic, Intent(_) | NotUrgent | Unit | UnitWithin | Urgent | Within)
}

/// The time a unit speaks of: its length times the number before it, if the two are introduced by “within” or the like.
fn counted_time(folded: &str, unit: &Hit, hits: &[Hit]) -> Option<Duration> {
    let before = folded.get(..unit.start)?.trim_end();
    let digits = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let count: u32 = before.get(digits.len()..)?.parse().ok()?;
    let introduced = unit.phrase.topic == Topic::UnitWithin || {
        let end = digits.trim_end().len();
        hits.iter().any(|hit| hit.phrase.topic == Topic::Within && hit.end == end)
    };
    let time = unit.phrase.time?.checked_mul(count)?;
    (introduced && count > 0).then_some(time)
}

const SUBJECT_WEIGHT: u32 = 3;
const LIST_WEIGHT: u32 = 4;
const MAX_TEXT: usize = 64 << 10;
const DEFAULT_URGENT: Duration = Duration::from_secs(24 * 3600);
