//! The lints of DMARC, by code.

use crate::lint::finding::rules;

rules! {
    UNREADABLE = error "DMC000" "RFC 9989 section 4.8": "an element that is no `name=value`, or a character that no tag may hold",
        "write each tag as `name=value`, parted by semicolons";
    SEVERAL = error "DMC002" "RFC 9989 section 4.10": "more than one DMARC record at a name, which voids them all",
        "keep one of the records";
    VERSION = error "DMC003" "RFC 9989 section 4.7": "a version that is not the first tag, or is not `DMARC1` in this case",
        "start the record with `v=DMARC1`, in this case";
    LEADING_SPACE = error "DMC004" "RFC 9989 section 4.8": "white space before the version",
        "remove the space";
    SPF_HERE = error "DMC006" "RFC 9989 section 4.5": "an SPF record where the DMARC record belongs",
        "look for a wildcard TXT record that answers here";
    OTHER_TEXT = warning "DMC007" "RFC 9989 section 4.5": "a text that has nothing to do with DMARC where the DMARC record belongs",
        "remove the text, or publish it where it belongs";
    POLICY_BY_REPORTS = warning "DMC008" "RFC 9989 section 4.10.1": "no policy but a report address, which receivers read as `p=none`",
        "say `p=none` if it is meant";
    NO_POLICY = error "DMC009" "RFC 9989 section 4.10.1": "neither a policy nor a report address, which leaves the domain without DMARC",
        "add a policy such as `p=none`";
    WORD = error "DMC010" "RFC 9989 section 4.7": "a value that is none of the words of its tag",
        "use a word of the standard";
    NOT_SECOND = info "DMC011" "RFC 7489 section 6.3": "a policy that is not the second tag, as readers of RFC 7489 want it",
        "put `p` right after the version for older readers";
    REPEATED = error "DMC012" "RFC 9989 section 4.8": "a tag that stands twice, of which receivers keep none or the first",
        "keep one of the two";
    UNKNOWN = info "DMC013" "RFC 9989 section 4.7": "a tag that the standard does not define, which receivers ignore",
        "remove it, or write the tag that is meant";
    REMOVED = warning "DMC014" "RFC 9989 appendix C.5.2": "a tag that was removed from DMARC: `pct`, `rf` or `ri`",
        "remove the tag";
    PARTIAL = error "DMC015" "RFC 9989 appendix A.6": "a `pct` beside an enforced policy, which receivers now apply to all mail",
        "use `t=y` to enforce one step less";
    TESTING = warning "DMC016" "RFC 9989 section 4.7": "a policy with `t=y`, which receivers apply one step weaker",
        "remove `t=y` once the reports are clean";
    TESTING_NONE = info "DMC017" "RFC 9989 section 4.7": "a `t=y` where nothing is enforced",
        "remove `t=y`";
    MONITORING = warning "DMC018" "RFC 9989 section 4.7": "the policy `none`, which only asks for reports",
        "enforce a policy once the reports are clean";
    WEAKER_SP = warning "DMC019" "RFC 9989 section 4.7": "a policy for subdomains that is weaker than that of the domain",
        "give subdomains the same policy";
    WEAKER_NP = info "DMC020" "RFC 9989 section 4.7": "names that do not exist are protected less than those that do",
        "give names that do not exist the strongest policy, such as `np=reject`";
    NO_REPORTS = warning "DMC022" "RFC 9989 section 4.7": "no address for aggregate reports",
        "add `rua=mailto:` and an address";
    URI = error "DMC023" "RFC 9989 section 4.7": "a report address that is no `mailto:` URI",
        "write `mailto:` and an address";
    SIZE = warning "DMC024" "RFC 9989 appendix C.4": "a size limit on a report address, which was removed from DMARC",
        "remove the size limit";
    MANY_REPORTS = warning "DMC025" "RFC 9990 section 3.5": "more than two report addresses in one tag",
        "keep two addresses";
    OPTIONS = info "DMC030" "RFC 9989 section 4.7": "failure options that change nothing",
        "keep the options that say something";
}
