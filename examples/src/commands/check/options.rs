//! What the library asks for by the name of a method, by the name of an option.

use mailkit_auth::checkup::CheckupReport;

/// Names the options in what was not checked.
pub(super) fn name(report: &mut CheckupReport) {
    let gaps = report.gaps.iter_mut().map(|it| &mut it.message);
    for message in gaps.chain(report.bulk.iter_mut().map(|it| &mut it.evidence)) {
        for (method, option) in OPTIONS {
            *message = message.replace(method, option);
        }
    }
}

const OPTIONS: [(&str, &str); 12] = [
    ("`with_delivery_tls`", "`--delivery-tls`"),
    ("`with_dnssec`", "`--dnssec`"),
    ("`with_logo`", "`--logo`"),
    ("`with_mark_certificate`", "`--mark-certificate`"),
    ("`with_message`", "`--message`"),
    ("`with_policy_fetch`", "`--policy-file` or `--policy-failure`"),
    ("`with_purpose`", "`--message` with `--bulk`"),
    ("`with_selector`", "`--selector`"),
    ("`with_sender`", "`--sender`"),
    ("`with_server`", "`--certificate`"),
    ("`with_service`", "`--service`"),
    ("`with_spam_rate`", "`--spam-rate`"),
];
