//! The lints of DMARC, by code.

use crate::lint::finding::Rule;

pub(super) const UNREADABLE: Rule = Rule::error(
    "DMC000",
    "RFC 9989 section 4.8",
    "write each tag as `name=value`, parted by semicolons",
);
pub(super) const VERSION: Rule =
    Rule::error("DMC003", "RFC 9989 section 4.7", "start the record with `v=DMARC1`, in this case");
pub(super) const LEADING_SPACE: Rule =
    Rule::error("DMC004", "RFC 9989 section 4.8", "remove the space");
pub(super) const SPF_HERE: Rule = Rule::error(
    "DMC006",
    "RFC 9989 section 4.5",
    "look for a wildcard TXT record that answers here",
);
pub(super) const POLICY_BY_REPORTS: Rule =
    Rule::warning("DMC008", "RFC 9989 section 4.10.1", "say `p=none` if it is meant");
pub(super) const NO_POLICY: Rule =
    Rule::error("DMC009", "RFC 9989 section 4.10.1", "add a policy such as `p=none`");
pub(super) const WORD: Rule =
    Rule::error("DMC010", "RFC 9989 section 4.7", "use a word of the standard");
pub(super) const NOT_SECOND: Rule = Rule::info(
    "DMC011",
    "RFC 7489 section 6.3",
    "put `p` right after the version for older readers",
);
pub(super) const REPEATED: Rule =
    Rule::error("DMC012", "RFC 9989 section 4.8", "keep one of the two");
pub(super) const UNKNOWN: Rule =
    Rule::info("DMC013", "RFC 9989 section 4.7", "remove it, or write the tag that is meant");
pub(super) const REMOVED: Rule = Rule::warning("DMC014", "RFC 9989 appendix A.6", "remove the tag");
pub(super) const PARTIAL: Rule =
    Rule::error("DMC015", "RFC 9989 appendix A.6", "use `t=y` to enforce one step less");
pub(super) const TESTING: Rule =
    Rule::warning("DMC016", "RFC 9989 section 4.7", "remove `t=y` once the reports are clean");
pub(super) const TESTING_NONE: Rule = Rule::info("DMC017", "RFC 9989 section 4.7", "remove `t=y`");
pub(super) const MONITORING: Rule =
    Rule::warning("DMC018", "RFC 9989 section 4.7", "enforce a policy once the reports are clean");
pub(super) const WEAKER_SP: Rule =
    Rule::warning("DMC019", "RFC 9989 section 4.7", "give subdomains the same policy");
pub(super) const WEAKER_NP: Rule = Rule::info(
    "DMC020",
    "RFC 9989 section 4.7",
    "give names that do not exist the strongest policy",
);
pub(super) const NO_REPORTS: Rule =
    Rule::warning("DMC022", "RFC 9989 section 4.7", "add `rua=mailto:` and an address");
pub(super) const URI: Rule =
    Rule::error("DMC023", "RFC 9989 section 4.7", "write `mailto:` and an address");
pub(super) const SIZE: Rule =
    Rule::warning("DMC024", "RFC 9989 section 4.7", "remove the size limit");
pub(super) const MANY_REPORTS: Rule =
    Rule::warning("DMC025", "RFC 9990 section 3.5", "keep two addresses");
pub(super) const OPTIONS: Rule =
    Rule::info("DMC030", "RFC 9989 section 4.7", "keep the options that say something");
