//! What must hold at every moment.

use super::*;

impl World<'_> {
    /// No second record where one counts, and no alias beside another record.
    pub(super) fn records_fit(&self) {
        for version in ["\"v=spf1", "\"v=DMARC1", "\"v=STSv1"] {
            let count = |them: &[ZoneRecord]| {
                them.iter().filter(|it| it.data_text().starts_with(version)).count()
            };
            assert!(
                count(&self.state) <= count(self.published).max(1),
                "{version}\n{}",
                self.changes
            );
        }
        for alias in self.state.iter().filter(|it| it.data.record_type() == RecordType::Cname) {
            let here = self.state.iter().filter(|it| it.name == alias.name).count();
            assert_eq!(here, 1, "beside {alias}\n{}", self.changes);
        }
    }

    /// Whatever a sender remembers, it finds no host that its policy refuses (RFC 8461 section 5).
    pub(super) fn policies_allow_the_hosts(&mut self, at: SystemTime) {
        let numbers = self.seen(&name("_mta-sts.a.test"), RecordType::Txt, at);
        let numbers = numbers.into_iter().filter(|it| !it.is_empty()).map(|it| format!("{it:?}"));
        for number in numbers.collect::<Vec<_>>() {
            self.remembered.extend(self.served.clone().map(|served| (number.clone(), served)));
            let known = self.remembered.iter().filter(|(it, _)| *it == number);
            for (_, allowed) in known {
                for found in self.seen(&name("a.test"), RecordType::Mx, at) {
                    let refused: Vec<_> =
                        hosts(&found).into_iter().filter(|it| !allowed.contains(it)).collect();
                    assert!(refused.is_empty(), "{refused:?} at {number}\n{}", self.changes);
                }
            }
        }
    }

    /// A host that takes mail, and had or gets an address, is found.
    pub(super) fn hosts_have_addresses(&self, at: SystemTime) {
        let wanted: Vec<ZoneRecord> = self.wanted.into_iter().cloned().collect();
        let has = |records: &[ZoneRecord], host: &Name| {
            records.iter().any(|it| it.name == *host && it.data.record_type() == RecordType::A)
        };
        let before = hosts(&of_set(self.published, "a.test", RecordType::Mx));
        for host in self.seen(&name("a.test"), RecordType::Mx, at).iter().flat_map(|it| hosts(it)) {
            let known = has(self.published, &host);
            if known || (!before.contains(&host) && has(&wanted, &host)) {
                let seen = self.seen(&host, RecordType::A, at);
                assert!(seen.iter().all(|it| !it.is_empty()), "{host}\n{}", self.changes);
            }
        }
    }

    /// Mail that was signed in the last days finds its key and no other.
    pub(super) fn signatures_verify(&self, at: SystemTime) {
        for it in &self.signatures {
            let retired_today = !self
                .changes
                .steps
                .iter()
                .any(|it| it.kind == StepKind::SwitchSigning)
                && is_empty(
                    self.wanted.into_iter().find(|new| new.name == it.selector).map(|it| &it.data),
                );
            let last = it.last.or_else(|| retired_today.then(now));
            if last.is_some_and(|last| last + ON_ITS_WAY < at) {
                continue;
            }
            let mut seen = self.seen(&it.selector, it.key.record_type(), at).into_iter().flatten();
            assert!(
                seen.all(|found| material(Some(&found)) == material(Some(&it.key))),
                "{} is gone\n{}",
                it.selector,
                self.changes
            );
        }
    }

    /// A sender whom both the first and the last zone let pass, passes in between.
    pub(super) fn mail_that_passed_passes(&self, at: SystemTime) {
        let last: Vec<ZoneRecord> = self.last_zone();
        let demands = self.seen(&name("_dmarc.a.test"), RecordType::Txt, at);
        for below in [false, true] {
            let asks = |records: &[RecordData]| asks(records, below);
            let at_ends = [self.published, &last]
                .map(|it| asks(&of_set(it, "_dmarc.a.test", RecordType::Txt)));
            for sender in 1..=4 {
                let ends =
                    [self.published, &last].map(|it| !below && allows(&snapshot(it), sender));
                let passed = (0..2).all(|end| !at_ends[end] || ends[end]);
                if !passed || !demands.iter().any(|it| asks(it)) {
                    continue;
                }
                let zones = self.zones(at);
                let allowed = !below && zones.iter().all(|zone| allows(zone, sender));
                assert!(allowed, "192.0.2.{sender} fails, below: {below}\n{}", self.changes);
            }
        }
    }

    /// Every mixture of what a receiver may see about the senders.
    fn zones(&self, at: SystemTime) -> Vec<ZoneSnapshot> {
        let sets = [
            ("a.test", RecordType::Txt),
            ("a.test", RecordType::Mx),
            ("b.a.test", RecordType::A),
            ("c.a.test", RecordType::A),
            ("d.a.test", RecordType::A),
        ];
        let mut zones = vec![ZoneSnapshot::new()];
        for (owner, of) in sets {
            let seen = self.seen(&name(owner), of, at);
            let with = |zone: &ZoneSnapshot, data: &[RecordData]| {
                data.iter().fold(zone.clone(), |zone, it| zone.with_record(name(owner), it.clone()))
            };
            zones = zones
                .iter()
                .flat_map(|zone| seen.iter().map(|data| with(zone, data)).collect::<Vec<_>>())
                .collect();
        }
        zones
    }
}
