//! The lints of SPF, by code.

use crate::lint::finding::rules;

rules! {
    UNREADABLE = error "SPF000" "RFC 7208 section 12": "a term that cannot be read",
        "write the term as the grammar has it";
    VERSION = error "SPF003" "RFC 7208 section 4.5": "version typo (`v=spf1.`, `V=SPF10`, `v=spf2.0`, leading space/quote, BOM)",
        "start the record with `v=spf1` and a space";
    NOT_ASCII = error "SPF006" "RFC 7208 section 3.1": "non-ASCII byte in the record",
        "write the record in ASCII; names as `xn--` labels";
    OVER_450 = warning "SPF009" "RFC 7208 section 3.4": "total > 450 octets (answer may exceed 512 UDP)",
        "move senders into an include of their own";
    OVER_512 = warning "SPF010" "RFC 7208 section 3.4": "total > 512 octets",
        "move senders into an include of their own";
    UNKNOWN_MECHANISM = error "SPF011" "RFC 7208 section 4.6.1": "unknown mechanism (`ipv4:`, `ip:`, `includ:`) with did-you-mean",
        "use a mechanism of the standard";
    UNKNOWN_MODIFIER = info "SPF012" "RFC 7208 section 6": "unknown modifier (legal, ignored)",
        "remove it unless a receiver asked for it";
    REPEATED_MODIFIER = error "SPF013" "RFC 7208 section 6": "duplicate `redirect` or `exp`",
        "keep one of the two";
    AFTER_ALL = warning "SPF014" "RFC 7208 section 5.1": "`all` not last: later terms are dead",
        "move the term before `all`, or remove it";
    SECOND_ALL = warning "SPF015" "RFC 7208 section 5.1": "more than one `all`",
        "keep the first `all`, which is the one that counts";
    REDIRECT_AND_ALL = warning "SPF016" "RFC 7208 section 6.1": "`redirect` together with `all` (redirect ignored)",
        "keep either `redirect` or `all`";
    PASS_ALL = error "SPF017" "RFC 7208 section 2.6.3": "`+all` or bare `all` (authorises the Internet)",
        "end the record with `~all` or `-all`";
    NEUTRAL_ALL = warning "SPF018" "RFC 7208 section 2.6.2": "`?all`",
        "end the record with `~all` or `-all`";
    NO_ALL = warning "SPF019" "RFC 7208 section 4.7": "neither `all` nor `redirect` (default neutral)",
        "end the record with `~all` or `-all`";
    PTR = warning "SPF020" "RFC 7208 section 5.5": "`ptr` used",
        "name the senders by `ip4`, `ip6`, `a` or `mx`";
    PTR_MACRO = warning "SPF021" "RFC 7208 section 7.2": "`%{p}` macro used",
        "use another macro; `p` costs up to ten lookups";
    OVER_LOOKUPS = error "SPF022" "RFC 7208 section 4.6.4": "lookups (include,a,mx,ptr,exists,redirect) > 10",
        "replace terms that need a lookup by addresses";
    NEAR_LOOKUPS = warning "SPF023" "RFC 7208 section 4.6.4": "lookups 8–10: head-room warning, with per-branch cost tree",
        "leave room for the lookups of the includes";
    REPEATED_INCLUDE = warning "SPF029" "RFC 7208 section 4.6.4": "duplicate include (same target twice in the tree)",
        "remove the second, which only costs lookups";
    COVERED_NETWORK = info "SPF030" "RFC 7208 section 4.6.2": "duplicate/overlapping ip4/ip6 (contained CIDR)",
        "remove the second, which never decides";
    WRONG_FAMILY = error "SPF031" "RFC 7208 section 5.6": "ip4 value is IPv6, or the reverse",
        "use `ip4` for IPv4 and `ip6` for IPv6";
    CIDR = error "SPF032" "RFC 7208 section 5.6": "invalid CIDR (`/33`, `//129`, leading zero)",
        "write an address and a length of 0 to 32, or to 128 for IPv6";
    PRIVATE = warning "SPF033" "RFC 6890 section 2.2": "private/reserved/documentation address authorised",
        "remove addresses that no mail comes from";
    WIDE = warning "SPF034" "RFC 7208 section 2.6.3": "CIDR wider than /16 (v4) or /32 (v6) owned by the author's record",
        "name the networks that send, no more";
    HOST_BITS = info "SPF035" "RFC 7208 section 5.6": "host bits set in CIDR (`1.2.3.4/24`)",
        "write the first address of the network";
    MACRO = error "SPF036" "RFC 7208 section 7.1": "bad macro syntax / letter / transformer / delimiter",
        "write a macro as `%{i}`, a percent sign as `%%`";
    EXP_MACRO = error "SPF037" "RFC 7208 section 7.2": "exp-only macro letters c r t outside exp",
        "use `c`, `r` and `t` in an explanation only";
    TARGET = error "SPF039" "RFC 7208 section 7.1": "a/mx/exists target malformed or a single label",
        "name a domain of two or more labels";
    QUOTED = error "SPF046" "RFC 7208 section 3.3": r"uppercase/`TXT` value still has surrounding quotes or `\;` escapes from a panel",
        "leave out the quotes and escapes of the control panel";
    FULL_WIDTH = error "SPF047" "RFC 7208 section 3.1": "full-width characters (：；＝ or U+3000) from CJK input",
        "type the record with half-width characters";
}
