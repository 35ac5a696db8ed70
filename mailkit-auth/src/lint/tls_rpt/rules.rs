//! The lints of TLS reporting records, by code.

use crate::lint::finding::rules;

rules! {
    UNREADABLE = error "TLS000" "RFC 8460 section 3": "an element that is no `name=value`",
        "write each field as `name=value`, parted by semicolons";
    VERSION = error "TLS001" "RFC 8460 section 3": "a version that is not the first field, or is not `TLSRPTv1`",
        "start the record with `v=TLSRPTv1`";
    REPORTS = error "TLS002" "RFC 8460 section 3": "no address for reports, or one that is neither `mailto:` nor `https:`",
        "say where reports go, such as `rua=mailto:tls@example.com`";
    FIELD = warning "TLS005" "RFC 8460 section 3": "a field that stands twice or that the standard does not define",
        "write all addresses into one `rua`, and leave out other fields";
}
