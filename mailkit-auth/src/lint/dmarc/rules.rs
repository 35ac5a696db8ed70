//! The lints of DMARC, by code.

use crate::lint::finding::rules;

rules! {
    UNREADABLE = error "DMC000" "RFC 9989 section 4.8": "a record that cannot be read",
        "write each tag as `name=value`, parted by semicolons";
    VERSION = error "DMC003" "RFC 9989 section 4.7": "`v=DMARC1` not first / wrong case / trailing garbage",
        "start the record with `v=DMARC1`, in this case";
    LEADING_SPACE = error "DMC004" "RFC 9989 section 4.8": "leading whitespace",
        "remove the space";
    SPF_HERE = error "DMC006" "RFC 9989 section 4.5": "SPF record found at _dmarc (wildcard TXT)",
        "look for a wildcard TXT record that answers here";
    POLICY_BY_REPORTS = warning "DMC008" "RFC 9989 section 4.10.1": "`p` missing, `rua` present → p=none",
        "say `p=none` if it is meant";
    NO_POLICY = error "DMC009" "RFC 9989 section 4.10.1": "`p` missing and no rua → no DMARC",
        "add a policy such as `p=none`";
    WORD = error "DMC010" "RFC 9989 section 4.7": "invalid p/sp/np value (typo `rejected`, full-width)",
        "use a word of the standard";
    NOT_SECOND = info "DMC011" "RFC 7489 section 6.3": "p not second (7489 readers)",
        "put `p` right after the version for older readers";
    REPEATED = error "DMC012" "RFC 9989 section 4.8": "duplicate tag",
        "keep one of the two";
    UNKNOWN = info "DMC013" "RFC 9989 section 4.7": "unknown tag (ignored), did-you-mean",
        "remove it, or write the tag that is meant";
    REMOVED = warning "DMC014" "RFC 9989 appendix A.6": "pct, rf, ri present (removed)",
        "remove the tag";
    PARTIAL = error "DMC015" "RFC 9989 appendix A.6": "pct between 1 and 99 on an enforcing policy: 9989 receivers apply it fully",
        "use `t=y` to enforce one step less";
    TESTING = warning "DMC016" "RFC 9989 section 4.7": "t=y on an enforcing policy (one level lower)",
        "remove `t=y` once the reports are clean";
    TESTING_NONE = info "DMC017" "RFC 9989 section 4.7": "t=y with p=none (no effect)",
        "remove `t=y`";
    MONITORING = warning "DMC018" "RFC 9989 section 4.7": "p=none (monitoring only) — with days since first report",
        "enforce a policy once the reports are clean";
    WEAKER_SP = warning "DMC019" "RFC 9989 section 4.7": "sp weaker than p",
        "give subdomains the same policy";
    WEAKER_NP = info "DMC020" "RFC 9989 section 4.7": "np absent or weaker than sp",
        "give names that do not exist the strongest policy";
    NO_REPORTS = warning "DMC022" "RFC 9989 section 4.7": "no rua",
        "add `rua=mailto:` and an address";
    URI = error "DMC023" "RFC 9989 section 4.7": "rua/ruf not a URI / not mailto / missing `mailto:`",
        "write `mailto:` and an address";
    SIZE = warning "DMC024" "RFC 9989 section 4.7": "`!size` suffix (obsolete)",
        "remove the size limit";
    MANY_REPORTS = warning "DMC025" "RFC 9990 section 3.5": "> 2 rua (or ruf)",
        "keep two addresses";
    OPTIONS = info "DMC030" "RFC 9989 section 4.7": "fo without ruf; fo=0 with fo=1",
        "keep the options that say something";
}
