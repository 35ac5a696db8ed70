//! The lints of DKIM signatures, by code.

use crate::lint::finding::rules;

rules! {
    BODY_LENGTH = error "DKM026" "RFC 6376 section 8.2": "a signature over the beginning of the body",
        "sign the whole body: leave out `l`";
    FROM_UNSIGNED = error "DKM027" "RFC 6376 section 5.4": "a signature that does not cover the From field",
        "add `From` to `h`";
    UNSEALED = warning "DKM028" "RFC 6376 section 8.15": "a field that a reader sees and that is not signed once more than it is present",
        "name From, To, Subject, Date and Reply-To once more than the message has them";
    SHA1 = error "DKM029" "RFC 8301 section 3.1": "a signature over SHA-1",
        "sign with `rsa-sha256`";
    EXPIRY = error "DKM030" "RFC 6376 section 3.5": "a signature that expires before it was made, or never on bulk mail",
        "let signatures expire some days after they were made";
    TRACE = warning "DKM031" "RFC 6376 section 5.4.1": "a signature over fields that hosts on the way change",
        "leave `Received` and `Return-Path` out of `h`";
    UNREADABLE = error "DKM033" "RFC 6376 section 6.1.1": "a signature that verifiers cannot read, or with a tag that stands twice",
        "write each tag of the standard once and in its grammar";
}
