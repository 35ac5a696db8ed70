//! The lints of BIMI records, by code.

use crate::lint::finding::rules;

rules! {
    RECORD = error "BMI001" "draft-brand-indicators-for-message-identification section 4.3": "a record that receivers cannot read: its version, a URI, a repeated or an unknown tag",
        "publish `v=BIMI1; l=` with the `https:` URI of the logo, and `a=` with that of its certificate";
}
