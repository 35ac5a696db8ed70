//! The lints of DKIM keys, by code.

use crate::lint::finding::rules;

rules! {
    UNREADABLE = error "DKM000" "RFC 6376 section 3.2": "a record that cannot be read",
        "write each tag as `name=value`, parted by semicolons";
    VERSION = error "DKM003" "RFC 6376 section 3.6.1": "`v=` not first or not DKIM1",
        "start the record with `v=DKIM1`";
    MISSING_KEY = error "DKM004" "RFC 6376 section 3.6.1": "missing `p=`",
        "add the public key as `p=`";
    REVOKED = warning "DKM005" "RFC 6376 section 3.6.1": "empty `p=` (revoked) while still signing with it",
        "stop signing with this selector";
    NOT_A_KEY = error "DKM006" "RFC 6376 section 3.6.1": "p= is not base64 / not DER / truncated at 255",
        "publish the whole key, split into strings of 255 octets";
    PKCS1 = error "DKM007" "RFC 6376 erratum 3017": "p= is PKCS#1 RSAPublicKey not SubjectPublicKeyInfo (OpenDKIM rejects; mail-auth's generator emits it)",
        "wrap the key, which some verifiers cannot read";
    WEAK = error "DKM008" "RFC 8301 section 3.2": "RSA < 1024 bits: verifiers must not accept",
        "make a key of 2048 bits; verifiers refuse this one";
    SHORT = warning "DKM009" "RFC 8301 section 3.2": "RSA 1024–2047 bits",
        "make a key of 2048 bits";
    LONG = info "DKM010" "RFC 8301 section 3.2": "RSA > 2048 (record > 255 octets; > 4096 unsupported by some)",
        "2048 bits are enough, and every verifier takes them";
    EXPONENT = warning "DKM011" "RFC 8017 section 3.1": "RSA public exponent not 65537 (or ≤ 2)",
        "make a key with the usual exponent";
    ED25519_LENGTH = error "DKM012" "RFC 8463 section 4.2": "k=ed25519 with length ≠ 32 bytes",
        "publish the 32 octets of the key, without a wrapper";
    KEY_TYPE = error "DKM014" "RFC 6376 section 3.6.1": "unknown `k=`",
        "use `k=rsa` or `k=ed25519`";
    HASH = error "DKM015" "RFC 8301 section 3.1": "`h=sha1` only",
        "remove `h`, or add `sha256` to it";
    TESTING = warning "DKM016" "RFC 6376 section 3.6.1": "`t=y` still set after rollout",
        "remove `t=y` once signing works";
    SERVICE = error "DKM018" "RFC 6376 section 3.6.1": "`s=` excludes email",
        "remove `s`, or add `email` to it";
    GRANULARITY = warning "DKM019" "RFC 6376 appendix C.2": "`g=` (4870 legacy)",
        "remove `g`";
    REPEATED = error "DKM020" "RFC 6376 section 3.2": "unknown tag / duplicate tag (dup makes the whole list invalid)",
        "keep one of the two; a repeated tag voids the record";
    UNKNOWN = info "DKM020" "RFC 6376 section 3.2": "unknown tag / duplicate tag (dup makes the whole list invalid)",
        "remove it unless a verifier asked for it";
    ESCAPED = error "DKM025" "RFC 6376 section 3.6.1": r"semicolons escaped `\;` or spaces inside p=",
        "leave out the quotes and escapes of the control panel";
    SPACES = warning "DKM025" "RFC 6376 section 3.6.1": r"semicolons escaped `\;` or spaces inside p=",
        "join the key without spaces";
}
