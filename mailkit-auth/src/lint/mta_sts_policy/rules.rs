//! The lints of MTA-STS policies, by code.

use crate::lint::finding::rules;

rules! {
    POLICY = error "STS006" "RFC 8461 section 3.2": "a key of the policy that is missing, unknown or repeated, or a value outside its words",
        "write `version: STSv1`, `mode`, `mx` and `max_age`, each on its own line";
    NO_MX = error "STS007" "RFC 8461 section 3.2": "a policy without a mail host that is not `mode: none`",
        "list every mail host as `mx`";
    PATTERN = error "STS008" "RFC 8461 section 4.1": "a pattern of hosts that matches none, or too many",
        "write a host, or `*.` and the domain right above the hosts";
    MAX_AGE = error "STS010" "RFC 8461 section 3.2": "a policy that is kept for less than a day or more than a year",
        "use a few weeks, such as `max_age: 2419200`";
}
