//! What keeps everything out of a plan.

use std::time::SystemTime;

use super::{Draft, Pass, Removed, Scope};
use crate::{NoRoute, Rule};

impl Draft<'_> {
    pub(super) fn note_paused_egresses(&mut self) {
        for (index, egress) in self.view.planner.egresses.iter().enumerate() {
            let Ok(number) = u8::try_from(index) else { continue };
            if !self.view.field.has(number) {
                continue;
            }
            if let Pass::Shut(rule, _) = self.view.pass(Scope::Egress(number)) {
                let egress = Some(egress.id().clone());
                self.removed.push(Removed { egress, ..Removed::new(rule) });
            }
        }
    }

    pub(super) fn pause(&mut self, until: SystemTime) {
        self.paused_until = Some(self.paused_until.map_or(until, |earlier| earlier.min(until)));
    }

    pub(super) fn why_no_route(&self) -> NoRoute {
        let has = |rule: &Rule| self.removed.iter().any(|removed| removed.rule == *rule);
        let vetoes = self.removed.iter().filter(|removed| removed.rule.is_demanded());
        let vetoed = vetoes.clone().any(|removed| removed.egress.is_some());
        let vetoed_until = vetoes.filter_map(|removed| removed.rule.until()).min();
        match self.paused_until {
            Some(until) => {
                NoRoute::AllPaused { until: vetoed_until.map_or(until, |veto| veto.min(until)) }
            }
            None if has(&Rule::AddressLookupFailed) => NoRoute::AddressLookupFailed,
            None if has(&Rule::DaneLookupFailed) => NoRoute::DaneLookupFailed,
            None if has(&Rule::MtaStsMismatch) => NoRoute::MtaStsMismatch,
            // One of them may go in a moment: no time that is known comes before that.
            None if self.removed.iter().any(|removed| removed.rule.may_end_soon()) => {
                NoRoute::NoEligibleEgress { until: None }
            }
            None if vetoed => NoRoute::NoEligibleEgress { until: vetoed_until },
            None if has(&Rule::NoEgressForFamily) => NoRoute::NoEgressForFamily,
            None => NoRoute::NoAddress,
        }
    }
}
