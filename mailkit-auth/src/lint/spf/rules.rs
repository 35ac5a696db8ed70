//! The lints of SPF, by code.

use crate::lint::finding::rules;

rules! {
    UNREADABLE = error "SPF000" "RFC 7208 section 12": "a term or an octet that the grammar has no place for",
        "write the term as the grammar has it";
    NO_RECORD = error "SPF001" "RFC 7208 section 4.5": "no text at the name that is an SPF record",
        "publish one TXT record that starts with `v=spf1` and a space";
    SEVERAL = error "SPF002" "RFC 7208 sections 3.2 and 4.5": "more than one SPF record at a name, which fails them all",
        "join them into one record";
    VERSION = error "SPF003" "RFC 7208 section 4.5": "a text that means to be an SPF record but does not start with `v=spf1` and a space",
        "start the record with `v=spf1` and a space";
    SENDER_ID = warning "SPF004" "RFC 4406 (historic)": "a record of Sender ID, which receivers no longer read",
        "remove the record and publish one that starts with `v=spf1`";
    OLD_TYPE = warning "SPF005" "RFC 7208 section 3.1": "an SPF record under the DNS type SPF (99), which was given up",
        "remove it, and keep the TXT record";
    NOT_ASCII = error "SPF006" "RFC 7208 section 3.1": "an octet that is not ASCII",
        "write the record in ASCII; names as `xn--` labels";
    LONG_STRING = error "SPF007" "RFC 7208 section 3.3": "a character-string of more than 255 octets, which no zone can hold",
        "split the record into strings of at most 255 octets";
    GLUED = error "SPF008" "RFC 7208 section 3.3": "two terms that run together where two character-strings meet",
        "end the first string, or start the next, with a space";
    OVER_450 = warning "SPF009" "RFC 7208 section 3.4": "a record of more than 450 octets, whose answer may not fit a UDP packet",
        "move senders into an include of their own";
    OVER_512 = warning "SPF010" "RFC 7208 section 3.4": "a record of more than 512 octets, whose answer does not fit a UDP packet",
        "move senders into an include of their own";
    UNKNOWN_MECHANISM = error "SPF011" "RFC 7208 section 4.6.1": "a mechanism that the standard does not define, which fails the whole record",
        "use a mechanism of the standard";
    UNKNOWN_MODIFIER = info "SPF012" "RFC 7208 section 6": "a modifier that the standard does not define, which receivers ignore",
        "remove it unless a receiver asked for it";
    REPEATED_MODIFIER = error "SPF013" "RFC 7208 section 6": "a `redirect` or `exp` that stands twice, which fails the whole record",
        "keep one of the two";
    AFTER_ALL = warning "SPF014" "RFC 7208 section 5.1": "a mechanism after `all`, which nothing reaches",
        "move the term before `all`, or remove it";
    SECOND_ALL = warning "SPF015" "RFC 7208 section 5.1": "a second `all`, which never decides",
        "keep the first `all`, which is the one that counts";
    REDIRECT_AND_ALL = warning "SPF016" "RFC 7208 section 6.1": "a `redirect` beside an `all`, which makes receivers ignore it",
        "keep either `redirect` or `all`";
    PASS_ALL = error "SPF017" "RFC 7208 section 2.6.3": "an `all` that lets everybody send in the name of the domain",
        "end the record with `~all` or `-all`";
    NEUTRAL_ALL = warning "SPF018" "RFC 7208 section 2.6.2": "a `?all`, which says nothing about other senders",
        "end the record with `~all` or `-all`";
    NO_ALL = warning "SPF019" "RFC 7208 section 4.7": "neither `all` nor `redirect` at the end, which leaves other senders neutral",
        "end the record with `~all` or `-all`";
    PTR = warning "SPF020" "RFC 7208 section 5.5": "the mechanism `ptr`, which is slow, unreliable and not to be used",
        "name the senders by `ip4`, `ip6`, `a` or `mx`";
    PTR_MACRO = warning "SPF021" "RFC 7208 section 7.2": "the macro `%{p}`, which is slow, unreliable and not to be used",
        "use another macro; `p` costs up to ten lookups";
    OVER_LOOKUPS = error "SPF022" "RFC 7208 section 4.6.4": "more than 10 terms that need a lookup, which fails the whole record",
        "replace terms that need a lookup by addresses";
    NEAR_LOOKUPS = warning "SPF023" "RFC 7208 section 4.6.4": "8 to 10 terms that need a lookup, of the 10 that are allowed",
        "leave room for the lookups of the includes";
    REPEATED_INCLUDE = warning "SPF029" "RFC 7208 section 4.6.4": "an include of a domain that was included before, which only costs lookups",
        "remove the second, which only costs lookups";
    COVERED_NETWORK = info "SPF030" "RFC 7208 section 4.6.2": "a network that lies within one that stands before it",
        "remove the second, which never decides";
    WRONG_FAMILY = error "SPF031" "RFC 7208 section 5.6": "an IPv6 address in `ip4`, or an IPv4 address in `ip6`",
        "use `ip4` for IPv4 and `ip6` for IPv6";
    CIDR = error "SPF032" "RFC 7208 section 5.6": "a network that is no address, or has a length that is none",
        "write an address and a length of 0 to 32, or to 128 for IPv6";
    PRIVATE = warning "SPF033" "RFC 6890 section 2.2": "an address of a private, reserved or documentation network",
        "remove addresses that no mail comes from";
    WIDE = warning "SPF034" "RFC 7208 section 2.6.3": "a network wider than /16 for IPv4 or /32 for IPv6",
        "name the networks that send, no more";
    HOST_BITS = info "SPF035" "RFC 7208 section 5.6": "a network written with an address other than its first",
        "write the first address of the network";
    MACRO = error "SPF036" "RFC 7208 section 7.1": "a percent sign that starts no macro, or a macro with a bad letter or transformer",
        "write a macro as `%{i}`, a percent sign as `%%`";
    EXP_MACRO = error "SPF037" "RFC 7208 section 7.2": "a macro letter that has a value in explanations alone",
        "use `c`, `r` and `t` in an explanation only";
    TARGET = error "SPF039" "RFC 7208 section 7.1": "a target that is missing, malformed, a single label or a name that no host has",
        "name a domain of two or more labels";
    QUOTED = error "SPF046" "RFC 7208 section 3.3": "quotation marks or backslashes that a control panel left in the record",
        "leave out the quotes and escapes of the control panel";
    FULL_WIDTH = error "SPF047" "RFC 7208 section 3.1": "full-width characters of an East Asian keyboard",
        "type the record with half-width characters";
}
