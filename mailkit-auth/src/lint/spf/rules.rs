//! The lints of SPF, by code.

use crate::lint::finding::Rule;

pub(super) const UNREADABLE: Rule =
    Rule::error("SPF000", "RFC 7208 section 12", "write the term as the grammar has it");
pub(super) const VERSION: Rule =
    Rule::error("SPF003", "RFC 7208 section 4.5", "start the record with `v=spf1` and a space");
pub(super) const NOT_ASCII: Rule = Rule::error(
    "SPF006",
    "RFC 7208 section 3.1",
    "write the record in ASCII; names as `xn--` labels",
);
pub(super) const OVER_450: Rule =
    Rule::warning("SPF009", "RFC 7208 section 3.4", "move senders into an include of their own");
pub(super) const OVER_512: Rule =
    Rule::warning("SPF010", "RFC 7208 section 3.4", "move senders into an include of their own");
pub(super) const UNKNOWN_MECHANISM: Rule =
    Rule::error("SPF011", "RFC 7208 section 4.6.1", "use a mechanism of the standard");
pub(super) const UNKNOWN_MODIFIER: Rule =
    Rule::info("SPF012", "RFC 7208 section 6", "remove it unless a receiver asked for it");
pub(super) const REPEATED_MODIFIER: Rule =
    Rule::error("SPF013", "RFC 7208 section 6", "keep one of the two");
pub(super) const AFTER_ALL: Rule =
    Rule::warning("SPF014", "RFC 7208 section 5.1", "move the term before `all`, or remove it");
pub(super) const SECOND_ALL: Rule = Rule::warning(
    "SPF015",
    "RFC 7208 section 5.1",
    "keep the first `all`, which is the one that counts",
);
pub(super) const REDIRECT_AND_ALL: Rule =
    Rule::warning("SPF016", "RFC 7208 section 6.1", "keep either `redirect` or `all`");
pub(super) const PASS_ALL: Rule =
    Rule::error("SPF017", "RFC 7208 section 2.6.3", "end the record with `~all` or `-all`");
pub(super) const NEUTRAL_ALL: Rule =
    Rule::warning("SPF018", "RFC 7208 section 2.6.2", "end the record with `~all` or `-all`");
pub(super) const NO_ALL: Rule =
    Rule::warning("SPF019", "RFC 7208 section 4.7", "end the record with `~all` or `-all`");
pub(super) const PTR: Rule = Rule::warning(
    "SPF020",
    "RFC 7208 section 5.5",
    "name the senders by `ip4`, `ip6`, `a` or `mx`",
);
pub(super) const PTR_MACRO: Rule = Rule::warning(
    "SPF021",
    "RFC 7208 section 7.2",
    "use another macro; `p` costs up to ten lookups",
);
pub(super) const OVER_LOOKUPS: Rule = Rule::error(
    "SPF022",
    "RFC 7208 section 4.6.4",
    "replace terms that need a lookup by addresses",
);
pub(super) const NEAR_LOOKUPS: Rule =
    Rule::warning("SPF023", "RFC 7208 section 4.6.4", "leave room for the lookups of the includes");
pub(super) const REPEATED_INCLUDE: Rule = Rule::warning(
    "SPF029",
    "RFC 7208 section 4.6.4",
    "remove the second, which only costs lookups",
);
pub(super) const COVERED_NETWORK: Rule =
    Rule::info("SPF030", "RFC 7208 section 4.6.2", "remove the second, which never decides");
pub(super) const WRONG_FAMILY: Rule =
    Rule::error("SPF031", "RFC 7208 section 5.6", "use `ip4` for IPv4 and `ip6` for IPv6");
pub(super) const CIDR: Rule = Rule::error(
    "SPF032",
    "RFC 7208 section 5.6",
    "write an address and a length of 0 to 32, or to 128 for IPv6",
);
pub(super) const PRIVATE: Rule =
    Rule::warning("SPF033", "RFC 6890 section 2.2", "remove addresses that no mail comes from");
pub(super) const WIDE: Rule =
    Rule::warning("SPF034", "RFC 7208 section 2.6.3", "name the networks that send, no more");
pub(super) const HOST_BITS: Rule =
    Rule::info("SPF035", "RFC 7208 section 5.6", "write the first address of the network");
pub(super) const MACRO: Rule = Rule::error(
    "SPF036",
    "RFC 7208 section 7.1",
    "write a macro as `%{i}`, a percent sign as `%%`",
);
pub(super) const EXP_MACRO: Rule =
    Rule::error("SPF037", "RFC 7208 section 7.2", "use `c`, `r` and `t` in an explanation only");
pub(super) const TARGET: Rule =
    Rule::error("SPF039", "RFC 7208 section 7.1", "name a domain of two or more labels");
pub(super) const QUOTED: Rule = Rule::error(
    "SPF046",
    "RFC 7208 section 3.3",
    "leave out the quotes and escapes of the control panel",
);
pub(super) const FULL_WIDTH: Rule =
    Rule::error("SPF047", "RFC 7208 section 3.1", "type the record with half-width characters");
