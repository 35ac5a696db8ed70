//! The same question from several regions: how long it takes there, and whether the answers differ.

use std::{collections::BTreeMap, fmt, time::Duration};

use tokio::task::JoinSet;

use super::{LookupAnswer, LookupType, MxResolver, Resolution, ResolveError, TimedLookup};
use crate::{Destination, Domain};

/// A resolver for each region that egresses stand in, by [`Egress::region`](crate::Egress::region).
///
/// A resolver in another region, or one that passes the network of its client on, may be told other addresses
/// (RFC 7871), and other addresses may be nearer.
///
/// ```no_run
/// # async fn example() -> Result<(), mailkit_route::resolver::ResolveError> {
/// use mailkit_route::resolver::{MxResolver, RegionalResolvers};
/// let resolvers = RegionalResolvers::default()
///     .with_region("ap-east", MxResolver::with_name_servers(&["192.0.2.53:53".parse().unwrap()])?)
///     .with_region("eu-central", MxResolver::with_name_servers(&["198.51.100.53:53".parse().unwrap()])?);
/// println!("{}", resolvers.compare("buyer.example").await);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct RegionalResolvers {
    regions: BTreeMap<String, MxResolver>,
}

impl RegionalResolvers {
    /// Asks this resolver for the egresses of a region, in place of one that was given before.
    #[must_use]
    pub fn with_region(mut self, region: &str, resolver: MxResolver) -> Self {
        self.regions.insert(region.to_owned(), resolver);
        self
    }

    /// The way to a domain as `resolver` sees it, where the hosts have for each region the addresses seen from there,
    /// see [`Destination::with_seen_from`]. A region whose resolver fails has those of `resolver`.
    ///
    /// # Errors
    /// As [`MxResolver::resolve`] of `resolver`.
    pub async fn resolve(
        &self,
        resolver: &MxResolver,
        domain: &str,
    ) -> Result<Destination, ResolveError> {
        let (own, report) = tokio::join!(resolver.resolve(domain), self.compare(domain));
        let seen =
            report.regions.iter().filter_map(|it| Some((it, it.found.outcome.as_ref().ok()?)));
        Ok(seen.fold(own?, |to, (it, seen)| to.with_seen_from(&it.region, seen)))
    }

    /// Asks all resolvers at once, each within its own time limit. What a resolver knows already takes no time, so
    /// times are worth something from a new one.
    pub async fn compare(&self, domain: &str) -> ResolutionReport {
        let mut lookups = JoinSet::new();
        for (region, resolver) in self.regions.clone() {
            let domain = domain.to_owned();
            lookups.spawn(async move {
                RegionResolution { region, found: resolver.resolve_timed(&domain).await }
            });
        }
        let mut regions = lookups.join_all().await;
        regions.sort_by(|a, b| a.region.cmp(&b.region));
        ResolutionReport { regions }
    }
}

/// What each region was told, and after how long.
#[derive(Debug)]
#[non_exhaustive]
pub struct ResolutionReport {
    /// By name.
    pub regions: Vec<RegionResolution>,
}

/// What one region was told.
#[derive(Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RegionResolution {
    /// The region.
    pub region: String,
    /// What was found out there.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub found: Resolution,
}

/// A question to which regions got different answers: geo-DNS, or zones that are not up to date everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AnswerDifference {
    /// The name asked for.
    pub name: Domain,
    /// The type of record asked for.
    pub question: LookupType,
    /// Each answer, and who got it.
    pub answers: Vec<RegionalAnswer>,
}

/// One answer, and who got it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RegionalAnswer {
    /// The regions, by name.
    pub regions: Vec<String>,
    /// What they were told.
    pub answer: LookupAnswer,
}

impl ResolutionReport {
    /// The questions to which regions got different answers; a failed lookup is no answer. One address for all regions
    /// may still be anycast: only the time that a connection takes tells.
    #[must_use]
    pub fn differences(&self) -> Vec<AnswerDifference> {
        let mut by_question = BTreeMap::<_, BTreeMap<&LookupAnswer, Vec<String>>>::new();
        for RegionResolution { region, found } in &self.regions {
            for lookup in found.lookups.iter().filter(|lookup| lookup.answer.is_known()) {
                let answers = by_question.entry((lookup.question, &lookup.name)).or_default();
                answers.entry(&lookup.answer).or_default().push(region.clone());
            }
        }
        let different = by_question.into_iter().filter(|(_, answers)| answers.len() > 1);
        let difference = different.map(|((question, name), answers)| {
            let one = |(answer, regions): (&LookupAnswer, _)| {
                let answer = answer.clone();
                RegionalAnswer { regions, answer }
            };
            let answers = answers.into_iter().map(one).collect();
            AnswerDifference { name: name.clone(), question, answers }
        });
        difference.collect()
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for ResolutionReport {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut report = out.serialize_struct("ResolutionReport", 2)?;
        report.serialize_field("regions", &self.regions)?;
        report.serialize_field("differences", &self.differences())?;
        report.end()
    }
}

impl fmt::Display for ResolutionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for region in &self.regions {
            writeln!(f, "{region}")?;
        }
        let differences = self.differences();
        if differences.is_empty() {
            return f.write_str("no answer differs between the regions");
        }
        let shown: Vec<String> = differences.iter().map(ToString::to_string).collect();
        f.write_str(&shown.join("\n"))
    }
}

impl fmt::Display for RegionResolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Resolution { total, lookups, outcome } = &self.found;
        write!(f, "{}: {} ms", self.region, milliseconds(*total))?;
        match outcome {
            Ok(to) => write!(f, ", mail hosts: {}", to.mx().hosts().len())?,
            Err(error) => write!(f, ", {error}")?,
        }
        for TimedLookup { name, question, time, answer } in lookups {
            write!(f, "\n  {:>8} ms  {name} {question}: {answer}", milliseconds(*time))?;
        }
        Ok(())
    }
}

impl fmt::Display for AnswerDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} differs", self.name, self.question)?;
        self.answers.iter().try_for_each(|answer| write!(f, "\n  {answer}"))
    }
}

impl fmt::Display for RegionalAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.regions.join(", "), self.answer)
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e3)
}
