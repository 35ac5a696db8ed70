//! What counts show about a source, and to a rollout.

use std::collections::{BTreeMap, BTreeSet};

use super::name::bounded;
use super::table::{Days, total};
use super::{MessageCounts, Reporter, SourceKey, SourceName, Sources};
use crate::Domain;
use crate::rollout::{Day, Evidence, ReporterId, SourceClass, SourceDay, SourceId};

impl Sources {
    /// Who is behind a source: what a rule says; else what the mail itself shows.
    ///
    /// A source that SPF names for the domain sends for it. So does a provider whose mail the domain
    /// signs; signed mail from a network that has no name may be a copy that somebody sent again, and
    /// shows nothing. One whose failures are mostly excused as
    /// forwarding, by most of the reporters that saw some, forwards. Of all else nobody has said yet.
    ///
    /// What a reporter says whom nobody knows shows something of a source only if no other saw it.
    #[must_use]
    pub fn class(&self, source: &SourceKey) -> SourceClass {
        // What found no room is nobody's to vouch for.
        if source.name == SourceName::Other {
            return SourceClass::Unknown;
        }
        if let Some(class) = self.rules.class_of(&source.name) {
            return class;
        }
        let days = self.tables().find_map(|table| table.sources().get(source));
        let counts = days.map(total).unwrap_or_default();
        let is_provider = matches!(source.name, SourceName::Provider(_));
        if counts.spf_aligned > 0 || (is_provider && half(counts.dkim_aligned, counts.messages)) {
            SourceClass::Legitimate
        } else if half(counts.excused(), counts.failed())
            && days.is_some_and(|days| self.is_mostly_excused(days))
        {
            SourceClass::Forwarder
        } else if is_provider && counts.dkim_aligned > 0 {
            SourceClass::Legitimate
        } else {
            SourceClass::Unknown
        }
    }

    /// The evidence about a domain and those below it, for [`advise`](crate::rollout::advise).
    ///
    /// It rests on the reports of known reporters alone ([`knows`](Self::knows)), and these are
    /// believed: a receiver that the owner knows counts what it saw. The others add nothing but their
    /// names ([`Evidence::unknown_reporters`]).
    ///
    /// What passes by DKIM alone, from a network that no rule, no provider and no SPF names for the
    /// domain, is a copy that was forwarded or sent again, as far as anybody can see. It speaks neither
    /// for nor against the domain: [`Evidence::copies`] counts it. Name the network
    /// ([`SourceRules::with_network`](super::SourceRules::with_network)) if it is the domain's.
    ///
    /// What found no room ([`SourceName::Other`]) comes back from
    /// [`uncounted`](Evidence::uncounted), also if its domain is lost: it may be of this one.
    #[must_use]
    pub fn evidence(&self, domain: &Domain) -> Evidence {
        let mut evidence = Evidence::default();
        let is_about = |from: &Domain| from.is_subdomain_of(domain);
        for (key, days) in self.known.sources() {
            if key.name == SourceName::Other {
                if key.header_from.as_ref().is_none_or(is_about) {
                    evidence.add_uncounted(total(days).messages);
                }
                continue;
            }
            let Some(from) = key.header_from.as_ref().filter(|from| is_about(from)) else {
                continue;
            };
            let class = self.class(key);
            let Ok(source) = bounded(&format!("{} for {from}", key.name)).parse::<SourceId>()
            else {
                continue;
            };
            let is_network = matches!(key.name, SourceName::Network(_));
            for (day, by, counts) in self.known_days(days) {
                let copies = if is_network { counts.passed_by_dkim_alone() } else { 0 };
                evidence.add_copies(copies);
                if copies == counts.messages {
                    continue;
                }
                let row = SourceDay::new(day, source.clone(), class, by);
                let row = counts.fill(row);
                let aligned = row.counts().aligned.saturating_sub(copies);
                // What finds no room there is counted there, too.
                let _ = evidence.add(row.with_aligned(aligned));
            }
        }
        for name in self.unknown_reporters(domain) {
            evidence.add_unknown_reporter(name);
        }
        evidence
    }

    /// The days of a source, with the receiver that counted.
    fn known_days<'a>(
        &'a self,
        days: &'a Days,
    ) -> impl Iterator<Item = (Day, ReporterId, &'a MessageCounts)> {
        let mut receivers: BTreeMap<&Reporter, Option<ReporterId>> = BTreeMap::new();
        days.iter().filter_map(move |((day, reporter), counts)| {
            let by = receivers.entry(reporter).or_insert_with(|| self.rules.receiver(reporter));
            by.clone().map(|by| (*day, by, counts))
        })
    }

    /// Those who report about a domain and do not count.
    fn unknown_reporters(&self, domain: &Domain) -> impl Iterator<Item = ReporterId> {
        let sources = self.unknown.sources().iter();
        let about = sources.filter(|(key, _)| {
            key.header_from.as_ref().is_some_and(|from| from.is_subdomain_of(domain))
        });
        let reporters: BTreeSet<&Reporter> =
            about.flat_map(|(_, days)| days.keys().map(|(_, reporter)| reporter)).collect();
        reporters.into_iter().filter_map(|it| bounded(&it.to_string()).parse().ok())
    }

    /// Whether most reporters that saw mail of a source fail excuse most of it: one of several makes
    /// no source a forwarder. Those that nobody knows are one, all together.
    fn is_mostly_excused(&self, days: &Days) -> bool {
        let mut reporters: BTreeMap<&Reporter, MessageCounts> = BTreeMap::new();
        for ((_, reporter), counts) in days {
            let sum = reporters.entry(reporter).or_default();
            *sum = sum.plus(counts);
        }
        let mut receivers: BTreeMap<Option<ReporterId>, MessageCounts> = BTreeMap::new();
        for (reporter, counts) in reporters {
            let sum = receivers.entry(self.rules.receiver(reporter)).or_default();
            *sum = sum.plus(&counts);
        }
        let saw = receivers.values().filter(|counts| counts.failed() > 0);
        let (all, excused) = saw.fold((0, 0), |(all, excused): (usize, usize), counts| {
            (all + 1, excused + usize::from(half(counts.excused(), counts.failed())))
        });
        excused > all - excused
    }
}

fn half(part: u64, whole: u64) -> bool {
    part > 0 && part.saturating_mul(2) >= whole
}
