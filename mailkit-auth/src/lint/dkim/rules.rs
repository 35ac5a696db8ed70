//! The lints of DKIM keys, by code.

use crate::lint::finding::Rule;

pub(super) const UNREADABLE: Rule = Rule::error(
    "DKM000",
    "RFC 6376 section 3.2",
    "write each tag as `name=value`, parted by semicolons",
);
pub(super) const VERSION: Rule =
    Rule::error("DKM003", "RFC 6376 section 3.6.1", "start the record with `v=DKIM1`");
pub(super) const MISSING_KEY: Rule =
    Rule::error("DKM004", "RFC 6376 section 3.6.1", "add the public key as `p=`");
pub(super) const REVOKED: Rule =
    Rule::warning("DKM005", "RFC 6376 section 3.6.1", "stop signing with this selector");
pub(super) const NOT_A_KEY: Rule = Rule::error(
    "DKM006",
    "RFC 6376 section 3.6.1",
    "publish the whole key, split into strings of 255 octets",
);
pub(super) const PKCS1: Rule = Rule::error(
    "DKM007",
    "RFC 6376 erratum 3017",
    "wrap the key, which some verifiers cannot read",
);
pub(super) const WEAK: Rule = Rule::error(
    "DKM008",
    "RFC 8301 section 3.2",
    "make a key of 2048 bits; verifiers refuse this one",
);
pub(super) const SHORT: Rule =
    Rule::warning("DKM009", "RFC 8301 section 3.2", "make a key of 2048 bits");
pub(super) const LONG: Rule = Rule::info(
    "DKM010",
    "RFC 8301 section 3.2",
    "2048 bits are enough, and every verifier takes them",
);
pub(super) const EXPONENT: Rule =
    Rule::warning("DKM011", "RFC 8017 section 3.1", "make a key with the usual exponent");
pub(super) const ED25519_LENGTH: Rule = Rule::error(
    "DKM012",
    "RFC 8463 section 4.2",
    "publish the 32 octets of the key, without a wrapper",
);
pub(super) const KEY_TYPE: Rule =
    Rule::error("DKM014", "RFC 6376 section 3.6.1", "use `k=rsa` or `k=ed25519`");
pub(super) const HASH: Rule =
    Rule::error("DKM015", "RFC 8301 section 3.1", "remove `h`, or add `sha256` to it");
pub(super) const TESTING: Rule =
    Rule::warning("DKM016", "RFC 6376 section 3.6.1", "remove `t=y` once signing works");
pub(super) const SERVICE: Rule =
    Rule::error("DKM018", "RFC 6376 section 3.6.1", "remove `s`, or add `email` to it");
pub(super) const GRANULARITY: Rule = Rule::warning("DKM019", "RFC 6376 appendix C.2", "remove `g`");
pub(super) const REPEATED: Rule = Rule::error(
    "DKM020",
    "RFC 6376 section 3.2",
    "keep one of the two; a repeated tag voids the record",
);
pub(super) const UNKNOWN: Rule =
    Rule::info("DKM020", "RFC 6376 section 3.2", "remove it unless a verifier asked for it");
pub(super) const ESCAPED: Rule = Rule::error(
    "DKM025",
    "RFC 6376 section 3.6.1",
    "leave out the quotes and escapes of the control panel",
);
pub(super) const SPACES: Rule =
    Rule::warning("DKM025", "RFC 6376 section 3.6.1", "join the key without spaces");
