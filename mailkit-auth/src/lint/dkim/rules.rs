//! The lints of DKIM keys, by code.

use crate::lint::finding::rules;

rules! {
    UNREADABLE = error "DKM000" "RFC 6376 section 3.2": "an element that is no `name=value`",
        "write each tag as `name=value`, parted by semicolons";
    SEVERAL = error "DKM002" "RFC 6376 section 3.6.2.2": "more than one key record at a selector, of which verifiers take any or none",
        "keep one record, and give each key a selector of its own";
    VERSION = error "DKM003" "RFC 6376 section 3.6.1": "a version that is not the first tag, or is not `DKIM1`",
        "start the record with `v=DKIM1`";
    MISSING_KEY = error "DKM004" "RFC 6376 section 3.6.1": "no public key",
        "add the public key as `p=`";
    REVOKED = error "DKM005" "RFC 6376 section 3.6.1": "an empty key, which says that it was revoked",
        "stop signing with this selector";
    NOT_A_KEY = error "DKM006" "RFC 6376 section 3.6.1": "a key that is not base64 or not DER, most often because it was cut short",
        "publish the whole key, split into strings of 255 octets";
    PKCS1 = error "DKM007" "RFC 6376 erratum 3017": "an RSA key as a bare `RSAPublicKey`, without its `SubjectPublicKeyInfo`",
        "wrap the key, which some verifiers cannot read";
    WEAK = error "DKM008" "RFC 8301 section 3.2": "an RSA key of less than 1,024 bits, which verifiers refuse",
        "make a key of 2048 bits; verifiers refuse this one";
    SHORT = warning "DKM009" "RFC 8301 section 3.2": "an RSA key of less than 2,048 bits",
        "make a key of 2048 bits";
    LONG = info "DKM010" "RFC 8301 section 3.2": "an RSA key of more than 2,048 bits, which some verifiers do not take",
        "2048 bits are enough, and every verifier takes them";
    EXPONENT = warning "DKM011" "RFC 8017 section 3.1": "an RSA key with a public exponent other than 65,537",
        "make a key with the usual exponent";
    ED25519_LENGTH = error "DKM012" "RFC 8463 section 4.2": "an Ed25519 key that has not 32 octets",
        "publish the 32 octets of the key, without a wrapper";
    KEY_TYPE = error "DKM014" "RFC 6376 section 3.6.1": "a key type that verifiers do not know",
        "use `k=rsa` or `k=ed25519`";
    HASH = error "DKM015" "RFC 8301 section 3.1": "a list of hash algorithms without SHA-256",
        "remove `h`, or add `sha256` to it";
    TESTING = warning "DKM016" "RFC 6376 section 3.6.1": "a key whose domain says that it is only testing",
        "remove `t=y` once signing works";
    SERVICE = error "DKM018" "RFC 6376 section 3.6.1": "a key that may not be used for e-mail",
        "remove `s`, or add `email` to it";
    GRANULARITY = warning "DKM019" "RFC 6376 appendix C.2": "the tag `g`, which was removed from DKIM",
        "remove `g`";
    TAG = error "DKM020" "RFC 6376 section 3.2": "a tag that stands twice, which voids the record, or that no standard defines",
        "keep one of two equal tags; remove unknown ones, which verifiers ignore";
    MODULUS = error "DKM021" "CVE-2017-15361": "an RSA key whose modulus others can factor, or share",
        "make a key pair of its own for each domain, with a well-kept library, and revoke this one";
    ESCAPED = error "DKM025" "RFC 6376 section 3.6.1": "quotation marks, backslashes or spaces that a control panel left in the record",
        "write the record without the quotes, escapes and spaces of the control panel";
}
