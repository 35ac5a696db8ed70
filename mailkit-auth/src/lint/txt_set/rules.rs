//! The lints of sets whose kind of record has no other rules about sets, by code.

use crate::lint::finding::rules;

rules! {
    SEVERAL_MTA_STS = error "STS002" "RFC 8461 section 3.1": "more than one MTA-STS record at a name, which senders treat as none",
        "keep one of the records";
    SEVERAL_TLS_RPT = error "TLS003" "RFC 8460 section 3": "more than one TLS reporting record at a name, which senders treat as none",
        "join the addresses into one record";
}
