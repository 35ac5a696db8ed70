//! What a step does, and why it stands where it does.

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum StepKind {
    /// Publish a weaker DMARC policy, which can hurt nobody.
    RelaxPolicy,
    /// Shorten the time that records may be kept which are about to be replaced.
    LowerTtl,
    /// Publish what nobody asks for yet: new keys, hosts, addresses for reports.
    Publish,
    /// Replace the SPF record.
    ReplaceSpf,
    /// Replace a key or an alias under the same selector, or the addresses of a host.
    Replace,
    /// Elsewhere: sign with the new keys, and no longer with those that are retired.
    SwitchSigning,
    /// Elsewhere: sign no longer with the keys that are about to change under their selectors.
    StopSigning,
    /// Elsewhere: serve the policy file of MTA-STS.
    ServePolicyFile,
    /// Give MTA-STS a new policy number.
    AnnouncePolicyFile,
    /// Replace the mail exchangers.
    ReplaceMx,
    /// Publish the DMARC policy.
    PublishPolicy,
    /// Publish the logo, which needs an enforced policy.
    PublishLogo,
    /// Publish the empty key in place of one that no longer signs.
    RevokeKey,
    /// Give the replaced records their full time to live.
    RaiseTtl,
}

impl StepKind {
    /// What is done, in a few words.
    #[must_use]
    pub fn summary(self) -> &'static str {
        match self {
            Self::RelaxPolicy => "publish the weaker DMARC policy",
            Self::LowerTtl => "shorten the time to live of what will be replaced",
            Self::Publish => "publish what is new",
            Self::ReplaceSpf => "replace the SPF record",
            Self::Replace => "replace keys and addresses that keep their names",
            Self::SwitchSigning => "sign with the new keys",
            Self::StopSigning => "sign with other keys than those that are replaced next",
            Self::ServePolicyFile => "serve the policy file of MTA-STS",
            Self::AnnouncePolicyFile => "give MTA-STS the new policy number",
            Self::ReplaceMx => "replace the mail exchangers",
            Self::PublishPolicy => "publish the DMARC policy",
            Self::PublishLogo => "publish the logo",
            Self::RevokeKey => "publish the empty key of selectors that no longer sign",
            Self::RaiseTtl => "give the new records their full time to live",
        }
    }

    /// Why it is done at this place, with the paragraph it rests on.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::RelaxPolicy => {
                "a weaker policy takes effect before anything else moves (RFC 9989 section 4.7)"
            }
            Self::LowerTtl => {
                "caches keep the old record for its time to live; a slip is then mended in minutes (RFC \
                 1035 section 3.2.1)"
            }
            Self::Publish => {
                "nobody relies on it yet; what others need, such as the key of a signature, stands first \
                 (RFC 6376 section 3.6)"
            }
            Self::ReplaceSpf => {
                "old and new in one step: two SPF records are an error (RFC 7208 section 3.2)"
            }
            Self::Replace => {
                "caches hold the old content until its time to live is over (RFC 1035 section 3.2.1)"
            }
            Self::StopSigning => {
                "mail that is on its way needs the old key; a new selector would spare this (RFC 6376 \
                 section 3.1)"
            }
            Self::SwitchSigning => {
                "every cache can have the new keys by now (RFC 6376 section 3.6.2.2)"
            }
            Self::ServePolicyFile => {
                "the file must stand, and allow the old and the new hosts, before its number changes \
                 (RFC 8461 section 3.3)"
            }
            Self::AnnouncePolicyFile => {
                "senders fetch the file again when the number changes (RFC 8461 section 3.1)"
            }
            Self::ReplaceMx => {
                "hosts that are new must accept the domain's mail, and the old ones go on doing so for the old \
                 time to live (RFC 5321 section 5.1)"
            }
            Self::PublishPolicy => {
                "last, when SPF and DKIM pass for all mail; old and new in one step: two records are none \
                 (RFC 9989 section 4.10)"
            }
            Self::PublishLogo => {
                "a logo is only shown under an enforced policy (draft-brand-indicators-for-message-identification)"
            }
            Self::RevokeKey => {
                "mail that is still on its way was signed with the old key (RFC 6376 section 3.6.1)"
            }
            Self::RaiseTtl => "nothing is left to take back in a hurry",
        }
    }
}
