//! The code of each variant is the same in JSON and in Rust.

use serde_json::to_value;

use super::*;
use crate::{BreakerScope, Carrier, NoRoute, Reason, Rule};

/// Samples of an enum, one for each variant: a variant without a row does not compile.
macro_rules! check {
    ($code:expr, $($variant:pat => $sample:expr),+ $(,)?) => {{
        let code = $code;
        for sample in [$($sample),+] {
            match &sample {
                $($variant => assert_eq!(code(&to_value(&sample).unwrap()), sample.code()),)+
            }
        }
    }};
}

fn of_object(value: &serde_json::Value) -> String {
    value["code"].as_str().unwrap().to_owned()
}

fn of_text(value: &serde_json::Value) -> String {
    value.as_str().unwrap().to_owned()
}

const UNTIL: SystemTime = SystemTime::UNIX_EPOCH;
const ROUND_TRIP: Duration = Duration::from_millis(1);

#[test]
fn reasons() {
    let (scope, failures) = (BreakerScope::Path, 1);
    check! {
        of_object,
        Reason::AddressLiteral => Reason::AddressLiteral,
        Reason::BreakerIgnored { .. } => Reason::BreakerIgnored { scope, failures },
        Reason::Distance { .. } => Reason::Distance { kilometers: 1, round_trip: ROUND_TRIP },
        Reason::EqualPreference { .. } => Reason::EqualPreference { hosts: 2, seed: 1 },
        Reason::Forced => Reason::Forced,
        Reason::HalfOpen { .. } => Reason::HalfOpen { scope, failures },
        Reason::ImplicitMx => Reason::ImplicitMx,
        Reason::KeptEgress => Reason::KeptEgress,
        Reason::LaterPreference { .. } => Reason::LaterPreference { preference: 1 },
        Reason::LowestPreference { .. } => Reason::LowestPreference { preference: 1 },
        Reason::LowerPreferencesRemoved { .. } => Reason::LowerPreferencesRemoved { preference: 2, lowest: 1 },
        Reason::Observed { .. } => Reason::Observed { round_trips: 1, deliveries: 1 },
        Reason::OtherEgress => Reason::OtherEgress,
        Reason::PreferredCarrier { .. } => Reason::PreferredCarrier { carrier: Carrier::Overseas },
        Reason::RegionalAddress { .. } => Reason::RegionalAddress { region: "eu".into() },
        Reason::UnknownLocation { .. } => Reason::UnknownLocation { round_trip: ROUND_TRIP },
    }
}

#[test]
fn rules() {
    let (scope, failures, remaining) = (BreakerScope::Path, 1, ROUND_TRIP);
    check! {
        of_object,
        Rule::AddressLimit { .. } => Rule::AddressLimit { count: 1 },
        Rule::AddressLookupFailed => Rule::AddressLookupFailed,
        Rule::BreakerOpen { .. } => Rule::BreakerOpen { scope, failures, until: UNTIL, remaining },
        Rule::DaneLookupFailed => Rule::DaneLookupFailed,
        Rule::DuplicateAddress => Rule::DuplicateAddress,
        Rule::DuplicateHost => Rule::DuplicateHost,
        Rule::HopLimit => Rule::HopLimit,
        Rule::InvalidTarget => Rule::InvalidTarget,
        Rule::MissingTag { .. } => Rule::MissingTag { tag: "eu".into() },
        Rule::MtaStsMismatch => Rule::MtaStsMismatch,
        Rule::MxLimit { .. } => Rule::MxLimit { count: 1 },
        Rule::NoAddress => Rule::NoAddress,
        Rule::NoEgressForFamily => Rule::NoEgressForFamily,
        Rule::NoSmtputf8 => Rule::NoSmtputf8,
        Rule::NotAligned => Rule::NotAligned,
        Rule::NullMxAmongOthers => Rule::NullMxAmongOthers,
        Rule::OtherCarrier { .. } => Rule::OtherCarrier { required: Carrier::Overseas },
        Rule::OtherRegion => Rule::OtherRegion,
        Rule::OwnHost => Rule::OwnHost,
        Rule::Pacing { .. } => Rule::Pacing { reason: "pacing-pause", until: Some(UNTIL) },
        Rule::SlowerEgress => Rule::SlowerEgress,
        Rule::SpecialAddress => Rule::SpecialAddress,
        Rule::WarmUp { .. } => Rule::WarmUp { reason: "warm-up-paused", until: None },
    }
}

#[test]
fn causes() {
    check! {
        of_object,
        NoRoute::AddressLookupFailed => NoRoute::AddressLookupFailed,
        NoRoute::AllPaused { .. } => NoRoute::AllPaused { until: UNTIL },
        NoRoute::DaneLookupFailed => NoRoute::DaneLookupFailed,
        NoRoute::MailLoop => NoRoute::MailLoop,
        NoRoute::MtaStsMismatch => NoRoute::MtaStsMismatch,
        NoRoute::NoAddress => NoRoute::NoAddress,
        NoRoute::NoEgressForFamily => NoRoute::NoEgressForFamily,
        NoRoute::NoEligibleEgress { .. } => NoRoute::NoEligibleEgress { until: None },
        NoRoute::NoSmtputf8 => NoRoute::NoSmtputf8,
        NoRoute::NoUsableMx => NoRoute::NoUsableMx,
        NoRoute::NullMx => NoRoute::NullMx,
        NoRoute::OutsideWindows { .. } => NoRoute::OutsideWindows { until: UNTIL },
        NoRoute::WindowsOver => NoRoute::WindowsOver,
    }
}

#[test]
fn scopes() {
    check! {
        of_text,
        BreakerScope::Address => BreakerScope::Address,
        BreakerScope::Domain => BreakerScope::Domain,
        BreakerScope::Egress => BreakerScope::Egress,
        BreakerScope::Path => BreakerScope::Path,
        BreakerScope::Reputation => BreakerScope::Reputation,
        BreakerScope::Site => BreakerScope::Site,
    }
}
