//! The lints of TLSA records, by code.

use crate::lint::finding::rules;

rules! {
    UNREADABLE = error "DAN000" "RFC 6698 section 2.2": "a record that cannot be read, or with a number that has no meaning",
        "write usage, selector and matching type as numbers, then the data in hexadecimal digits";
    USAGE = error "DAN002" "RFC 7672 section 3.1.3": "a certificate usage that mail does not use",
        "publish the server's own key as `3 1 1`, or that of its authority as `2 1 1`";
}
