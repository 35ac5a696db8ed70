//! What the library asks for by the name of a method, by the name of an option.

use mailkit_auth::checkup::Gap;

/// Names the options in what was not checked.
pub(super) fn name(gaps: &mut [Gap]) {
    for gap in gaps {
        for (method, option) in OPTIONS {
            gap.message = gap.message.replace(method, option);
        }
    }
}

const OPTIONS: [(&str, &str); 9] = [
    ("`with_dnssec`", "`--dnssec`"),
    ("`with_logo`", "`--logo`"),
    ("`with_mark_certificate`", "`--mark-certificate`"),
    ("`with_message`", "`--message`"),
    ("`with_policy_fetch`", "`--policy-file` or `--policy-failure`"),
    ("`with_selector`", "`--selector`"),
    ("`with_sender`", "`--sender`"),
    ("`with_server`", "`--certificate`"),
    ("`with_service`", "`--service`"),
];
