//! The lints of MTA-STS records, by code.

use crate::lint::finding::rules;

rules! {
    RECORD = error "STS003" "RFC 8461 section 3.1": "a record that senders cannot read: its version, its `id` or a field",
        "publish `v=STSv1; id=` and 1 to 32 letters and digits";
}
