//! One fault for each lint of the check-up.

#[path = "seeds/hosts.rs"]
mod hosts;
#[path = "seeds/proofs.rs"]
mod proofs;

use mailkit_auth::checkup::{CheckupRequest, DomainUsage, MessagePurpose, MessageSample};

use crate::case::{Case, Shape};

pub(crate) use hosts::{HOSTS, MESSAGES, TRANSPORT};
pub(crate) use proofs::{DKIM, DMARC, SPF};

/// The code that must be found, the shapes it can be planted in, and how.
pub(crate) type Seed = (&'static str, fn(Shape) -> bool, fn(&mut Case));

fn all(_: Shape) -> bool {
    true
}

fn full(shape: Shape) -> bool {
    shape.full
}

fn update(case: &mut Case, change: impl FnOnce(CheckupRequest) -> CheckupRequest) {
    case.request = change(case.request.clone());
}

fn hosts_of_spf(case: &mut Case, count: usize) {
    for index in 0..count {
        let name = case.at(&format!("h{index}"));
        case.address(&name);
        case.spf(&format!("a:{name}"));
    }
}

fn message(case: &mut Case, change: impl Fn(String) -> String) {
    let header = change(case.header(&case.domain, &case.at("bounce"), ""));
    case.only_message(MessageSample::new(&header).with_purpose(MessagePurpose::Marketing));
}

fn set_usage(case: &mut Case, usage: DomainUsage) {
    update(case, |request| request.with_usage(usage));
}

fn reports_to(case: &mut Case, mailbox: &str) {
    let domain = case.domain.clone();
    case.dmarc(|text| text.replace(&format!("dmarc@{domain}"), mailbox));
}

fn set_key(case: &mut Case, selector: &str, record: &str) {
    case.edit(&case.key_name(selector), |_| record.to_owned());
}
