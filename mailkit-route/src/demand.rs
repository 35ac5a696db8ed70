//! What one mail asks of its route.

use std::{collections::BTreeSet, time::SystemTime};

use crate::timing::{PacingVerdict, SendWindows, WarmUpVerdict, WindowVerdict};
use crate::tls_policy::{HostTls, TlsPolicies, TlsRequirement};
use crate::{Carrier, Egress, EgressId, Host, NoRoute, Reason, Rule};

/// What one mail asks of its route: by which egresses, to which hosts, over what, and when.
///
/// It comes before any latency: what it rules out is in no plan, and [`RoutePlan::removed`](crate::RoutePlan::removed)
/// names the rule. The default asks nothing.
///
/// ```
/// use mailkit_route::{Carrier, Demand, Destination, Egress, GeoPoint, RoutePlanner};
/// let (frankfurt, shanghai) = (GeoPoint::new(50.11, 8.68)?, GeoPoint::new(31.2, 121.5)?);
/// let mut planner = RoutePlanner::new([
///     Egress::new("fra", "eu-central", frankfurt).with_tag("gdpr"),
///     Egress::new("sha", "cn-east", shanghai).with_carrier(Carrier::ChinaTelecom),
/// ])?;
/// let to = Destination::literal("203.0.113.10".parse()?);
/// let now = std::time::SystemTime::UNIX_EPOCH;
///
/// let plan = planner.plan_with(&to, &Demand::default().requiring_tag("gdpr"), now, 7);
/// assert_eq!(plan.hops()[0].egress.as_str(), "fra");
/// assert_eq!(plan.removed()[0].to_string(), "left out from sha: it has not the tag `gdpr`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Demand {
    aligned: Option<Vec<EgressId>>,
    tags: Vec<Box<str>>,
    carrier: Option<Carrier>,
    wished_carrier: Option<Carrier>,
    kept_egress: Option<EgressId>,
    /// What other parts say against an egress for now.
    vetoes: Vec<(EgressId, Rule)>,
    tls: TlsPolicies,
    needs_smtputf8: bool,
    lack_smtputf8: BTreeSet<Host>,
    windows: SendWindows,
}

impl Demand {
    /// Only these egresses are in the SPF record of the sender's domain (RFC 7208); the others are left out. Without
    /// a call all are.
    #[must_use]
    pub fn with_aligned(mut self, egresses: impl IntoIterator<Item = EgressId>) -> Self {
        self.aligned = Some(egresses.into_iter().collect());
        self
    }

    /// Only egresses with this tag, beside those asked for before: where the data may reside, for example.
    #[must_use]
    pub fn requiring_tag(mut self, tag: &str) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Only egresses of this carrier. One without a carrier is none of it.
    #[must_use]
    pub fn requiring_carrier(self, carrier: Carrier) -> Self {
        Self { carrier: Some(carrier), ..self }
    }

    /// Egresses of this carrier first within each preference, whatever their latency.
    #[must_use]
    pub fn preferring_carrier(self, carrier: Carrier) -> Self {
        Self { wished_carrier: Some(carrier), ..self }
    }

    /// This egress first within each preference, before any wish for a carrier.
    ///
    /// A host that greylists knows the address that knocked before, so the retry of such a mail comes
    /// from the same egress (RFC 6647).
    ///
    /// ```
    /// # use mailkit_route::{Demand, Destination, Egress, GeoPoint, RoutePlanner};
    /// let place = GeoPoint::new(50.11, 8.68)?;
    /// let egresses = [Egress::new("fra", "eu", place), Egress::new("ams", "eu", place)];
    /// let again = Demand::default().keeping_egress(egresses[1].id());
    /// let to = Destination::literal("203.0.113.1".parse()?);
    /// let now = std::time::SystemTime::UNIX_EPOCH;
    /// let plan = RoutePlanner::new(egresses)?.plan_with(&to, &again, now, 1);
    /// assert_eq!(plan.hops()[0].egress.as_str(), "ams");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn keeping_egress(self, egress: &EgressId) -> Self {
        Self { kept_egress: Some(egress.clone()), ..self }
    }

    /// What the warm-up of an egress says of this provider; it is left out unless that allows the mail.
    #[must_use]
    pub fn with_warm_up(self, egress: &EgressId, verdict: &WarmUpVerdict) -> Self {
        if verdict.is_allowed() {
            return self;
        }
        let (reason, until) = (verdict.code(), verdict.not_before());
        self.with_veto(egress, Rule::WarmUp { reason, until })
    }

    /// What the pacing of an egress says of this provider; it is left out unless that allows a connection.
    /// [`Pacing::refusal`](crate::timing::Pacing::refusal) says it without opening one.
    ///
    /// ```
    /// # use mailkit_route::{Demand, Destination, Egress, GeoPoint, RoutePlanner};
    /// use mailkit_route::timing::{Lane, Pacing, PacingLimits, PacingVerdict};
    /// # let place = GeoPoint::new(50.11, 8.68)?;
    /// # let egresses = [Egress::new("fra", "eu", place), Egress::new("ams", "eu", place)];
    /// # let now = std::time::SystemTime::UNIX_EPOCH;
    /// let (provider, mut pacing) = ("google".parse()?, Pacing::new(PacingLimits::new(1, 1)?));
    /// let PacingVerdict::Go(lease) = pacing.acquire(&Lane::new(egresses[0].id(), &provider), now) else { panic!() };
    ///
    /// let mut demand = Demand::default();
    /// for egress in &egresses {
    ///     if let Some(wait) = pacing.refusal(&Lane::new(egress.id(), &provider), now) {
    ///         demand = demand.with_pacing(egress.id(), &wait);
    ///     }
    /// }
    /// let to = Destination::literal("203.0.113.1".parse()?);
    /// let plan = RoutePlanner::new(egresses)?.plan_with(&to, &demand, now, 1);
    /// assert_eq!(plan.removed()[0].to_string(), "left out from fra: pacing says pacing-full");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_pacing(self, egress: &EgressId, verdict: &PacingVerdict) -> Self {
        if verdict.is_allowed() {
            return self;
        }
        let (reason, until) = (verdict.code(), verdict.not_before());
        self.with_veto(egress, Rule::Pacing { reason, until })
    }

    fn with_veto(mut self, egress: &EgressId, rule: Rule) -> Self {
        self.vetoes.push((egress.clone(), rule));
        self
    }

    /// The TLS policies of the destination: they say which hosts are left out and what
    /// [`Hop::tls`](crate::Hop::tls) asks for. Without a call, each hop is opportunistic.
    #[must_use]
    pub fn with_tls(self, tls: TlsPolicies) -> Self {
        Self { tls, ..self }
    }

    /// An address or a header of the mail is not ASCII, so its host must offer `SMTPUTF8` (RFC 6531 section 3.2).
    #[must_use]
    pub fn needing_smtputf8(self) -> Self {
        Self { needs_smtputf8: true, ..self }
    }

    /// This host was seen not to offer `SMTPUTF8`: a mail that needs it goes to the others.
    #[must_use]
    pub fn without_smtputf8(mut self, host: &Host) -> Self {
        self.lack_smtputf8.insert(host.clone());
        self
    }

    /// The mail goes in these windows only; outside of them a plan has no hop and says when the next one opens.
    #[must_use]
    pub fn with_windows(self, windows: SendWindows) -> Self {
        Self { windows, ..self }
    }

    /// The rule that leaves an egress out, the one that lasts longest first.
    pub(crate) fn egress_rule(&self, egress: &Egress) -> Option<Rule> {
        if self.aligned.as_ref().is_some_and(|aligned| !aligned.contains(egress.id())) {
            return Some(Rule::NotAligned);
        }
        if let Some(tag) = self.tags.iter().find(|tag| !egress.has_tag(tag)) {
            return Some(Rule::MissingTag { tag: tag.to_string() });
        }
        if let Some(required) = self.carrier.filter(|it| egress.carrier() != Some(*it)) {
            return Some(Rule::OtherCarrier { required });
        }
        let vetoes = self.vetoes.iter().filter(|(of, _)| of == egress.id());
        vetoes.map(|(_, rule)| rule).max_by_key(|rule| rule.lasts()).cloned()
    }

    /// The rule that leaves a host out.
    pub(crate) fn host_rule(&self, host: &Host) -> Option<Rule> {
        match self.tls.for_host(host) {
            HostTls::Skip(rule) => Some(rule),
            HostTls::Keep(_) if self.needs_smtputf8 && self.lack_smtputf8.contains(host) => {
                Some(Rule::NoSmtputf8)
            }
            HostTls::Keep(_) => None,
        }
    }

    /// What a connection to a host must do about TLS; `None` when there must be none.
    pub(crate) fn tls_for(&self, host: &Host) -> Option<TlsRequirement> {
        match self.tls.for_host(host) {
            HostTls::Keep(requirement) => Some(requirement),
            HostTls::Skip(_) => None,
        }
    }

    /// Why the mail would rather take this egress, the strongest wish first.
    pub(crate) fn wish(&self, egress: &Egress) -> Option<(Wish, Reason)> {
        if self.kept_egress.as_ref() == Some(egress.id()) {
            return Some((Wish::Kept, Reason::KeptEgress));
        }
        let carrier = self.wished_carrier.filter(|it| egress.carrier() == Some(*it))?;
        Some((Wish::Carrier, Reason::PreferredCarrier { carrier }))
    }

    /// Why the mail does not go at this time.
    pub(crate) fn outside_windows(&self, now: SystemTime) -> Option<NoRoute> {
        match self.windows.verdict(now) {
            WindowVerdict::Open { .. } => None,
            WindowVerdict::Closed { opens } => Some(NoRoute::OutsideWindows { until: opens }),
            WindowVerdict::Over { .. } => Some(NoRoute::WindowsOver),
        }
    }
}

/// Why a mail would rather take an egress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    Carrier,
    Kept,
}
