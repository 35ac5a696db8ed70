//! The words of aggregate reports.

use crate::record::Policy;
use crate::record::dmarc::AlignmentMode;
use crate::report::words::{word_list, words};
use crate::spf::SpfResult;

words! {
    /// What the receiver did with the messages (RFC 9990 section 3.1.1.10).
    pub enum Disposition {
        /// Delivered as usual, though DMARC failed or no policy was published.
        None = "none",
        /// DMARC passed (RFC 9990; older reports say `none`).
        Pass = "pass",
        /// Treated with suspicion.
        Quarantine = "quarantine",
        /// Refused.
        Reject = "reject",
    }

    /// Whether a mechanism passed for a domain that is aligned with the author's.
    pub enum AlignmentResult {
        /// It did.
        Pass = "pass",
        /// It did not.
        Fail = "fail",
    }

    /// Why a receiver did something else than the policy asks for.
    pub enum OverrideType {
        /// The message was forwarded in a way that breaks authentication (RFC 7489).
        Forwarded = "forwarded",
        /// A policy of the receiver, which its comment may name; ARC is told this way.
        LocalPolicy = "local_policy",
        /// A mailing list changed the message.
        MailingList = "mailing_list",
        /// Another reason.
        Other = "other",
        /// The domain asks for a test (`t=y`, RFC 9990).
        PolicyTestMode = "policy_test_mode",
        /// The message was not among the percentage (`pct`, RFC 7489).
        SampledOut = "sampled_out",
        /// The message came over a forwarder that the receiver trusts.
        TrustedForwarder = "trusted_forwarder",
    }

    /// The result of a DKIM signature (RFC 8601 section 2.7.1).
    pub enum DkimResult {
        /// The message was not signed.
        None = "none",
        /// The signature holds.
        Pass = "pass",
        /// The signature does not hold.
        Fail = "fail",
        /// The signature is not one that the receiver accepts.
        Policy = "policy",
        /// The signature could not be read.
        Neutral = "neutral",
        /// The key could not be looked up then.
        TempError = "temperror",
        /// The signature could not be checked at all.
        PermError = "permerror",
    }

    /// The name of the envelope that SPF checked.
    pub enum SpfScope {
        /// The name in HELO or EHLO.
        Helo = "helo",
        /// The domain of the address in MAIL FROM.
        MailFrom = "mfrom",
    }

    /// How the receiver found the policy (RFC 9990).
    pub enum DiscoveryMethod {
        /// By the public suffix list.
        Psl = "psl",
        /// By the DNS tree walk of RFC 9989.
        TreeWalk = "treewalk",
    }

    /// Whether the domain asks for a test (`t`, RFC 9990).
    pub enum Testing {
        /// It does.
        Yes = "y",
        /// It does not.
        No = "n",
    }
}

word_list!(Policy { "none" => None, "quarantine" => Quarantine, "reject" => Reject, });
word_list!(AlignmentMode { "r" => Relaxed, "s" => Strict, });
word_list!(SpfResult {
    "none" => None,
    "neutral" => Neutral,
    "pass" => Pass,
    "fail" => Fail,
    "softfail" => SoftFail,
    "temperror" => TempError,
    "permerror" => PermError,
});
