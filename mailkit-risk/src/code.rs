//! The stable codes of all reasons.

use std::fmt;
use std::str::FromStr;

/// A group of reasons that speak of the same thing; the model caps what one family may add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Family {
    /// SPF, DKIM, DMARC.
    Authentication,
    /// Who the sender claims to be.
    Identity,
    /// Where the money should go.
    Payment,
    /// What is asked, and how.
    Wording,
    /// Where links lead.
    Link,
    /// What a reader does not see.
    Content,
    /// What is attached.
    Attachment,
    /// The form of the message.
    Structure,
    /// What speaks for the sender; the only family with negative weights.
    Trust,
}

impl Family {
    /// All families.
    pub const ALL: &[Self] = &[
        Self::Authentication,
        Self::Identity,
        Self::Payment,
        Self::Wording,
        Self::Link,
        Self::Content,
        Self::Attachment,
        Self::Structure,
        Self::Trust,
    ];

    /// The name in lower case, as tables write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::Identity => "identity",
            Self::Payment => "payment",
            Self::Wording => "wording",
            Self::Link => "link",
            Self::Content => "content",
            Self::Attachment => "attachment",
            Self::Structure => "structure",
            Self::Trust => "trust",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such reason code")]
#[non_exhaustive]
pub struct UnknownCode;

macro_rules! codes {
    ($($variant:ident $name:literal $family:ident $sentence:literal)*) => {
        /// The stable code of a reason. It prints and reads as `SCREAMING_SNAKE`.
        ///
        /// ```
        /// use mailkit_risk::{Code, Family};
        ///
        /// let code: Code = "PAYMENT_ACCOUNT_CHANGED".parse()?;
        /// assert_eq!(code.family(), Family::Payment);
        /// # Ok::<(), mailkit_risk::UnknownCode>(())
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = $sentence] $variant,)* }

        impl Code {
            /// All codes, in the order of their families.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code as text, such as `DMARC_FAIL`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The family whose cap applies.
            #[must_use]
            pub fn family(self) -> Family {
                match self { $(Self::$variant => Family::$family,)* }
            }

            /// One sentence for the person who decides.
            #[must_use]
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }
        }
    };
}

codes! {
    DmarcFail "DMARC_FAIL" Authentication "The mail fails DMARC for the domain it claims to come from."
    DmarcFailEnforced "DMARC_FAIL_ENFORCED" Authentication "The mail fails DMARC, and the domain asks receivers to quarantine or reject such mail."
    DmarcNone "DMARC_NONE" Authentication "The sender's domain publishes no DMARC record, so anybody can use it."
    SpfFail "SPF_FAIL" Authentication "The sending server is not allowed to send for the envelope's domain."
    SpfSoftFail "SPF_SOFT_FAIL" Authentication "The sending server is probably not allowed to send for the envelope's domain."
    DkimFail "DKIM_FAIL" Authentication "No DKIM signature of the mail verifies."
    OwnDomainUnauthenticated "OWN_DOMAIN_UNAUTHENTICATED" Authentication "The mail claims to come from your own domain and is not authenticated."
    ReplyToMismatch "REPLY_TO_MISMATCH" Identity "Replies go to another organisation than the sender's."
    ReplyToFreemail "REPLY_TO_FREEMAIL" Identity "Replies to this company address go to a free mail provider."
    DisplayNameAddress "DISPLAY_NAME_ADDRESS" Identity "The sender's name shows a mail address of another domain."
    OwnPersonSpoofed "OWN_PERSON_SPOOFED" Identity "The sender bears the name of one of your people and writes from elsewhere."
    LookalikeDomain "LOOKALIKE_DOMAIN" Identity "The sender's domain imitates one you know."
    LookalikeVariant "LOOKALIKE_VARIANT" Identity "The sender's domain is a variant of one you know: another ending or an added word."
    LookalikeReplyTo "LOOKALIKE_REPLY_TO" Identity "The domain of the reply address imitates one you know."
    MixedScriptDomain "MIXED_SCRIPT_DOMAIN" Identity "The sender's domain mixes letters of several scripts."
    MultipleFrom "MULTIPLE_FROM" Identity "The mail names more than one sender, so programs disagree on who wrote it."
    FromMalformed "FROM_MALFORMED" Identity "The mail has no readable sender address."
    EnvelopeLookalike "ENVELOPE_LOOKALIKE" Identity "The domain of the envelope sender imitates one you know."
    CounterpartyNewAddress "COUNTERPARTY_NEW_ADDRESS" Identity "This counterparty has not written from this address before."
    CounterpartyDormant "COUNTERPARTY_DORMANT" Identity "This counterparty has not written for more than a year."
    PaymentAccountChanged "PAYMENT_ACCOUNT_CHANGED" Payment "The bank account differs from the ones on record for this counterparty."
    PaymentAccountUnknown "PAYMENT_ACCOUNT_UNKNOWN" Payment "The mail names a bank account, and none is on record for this counterparty."
    PaymentCountryChanged "PAYMENT_COUNTRY_CHANGED" Payment "The bank account is in another country than the ones on record."
    PaymentCurrencyChanged "PAYMENT_CURRENCY_CHANGED" Payment "The mail asks for another currency than this counterparty has used."
    PaymentChangeRequest "PAYMENT_CHANGE_REQUEST" Payment "The mail says that bank details have changed."
    WordingUrgency "WORDING_URGENCY" Wording "The wording presses for haste."
    WordingSecrecy "WORDING_SECRECY" Wording "The wording asks to keep the matter secret."
    WordingAuthority "WORDING_AUTHORITY" Wording "The wording leans on somebody's authority."
    WordingCredentials "WORDING_CREDENTIALS" Wording "The wording asks to confirm an account, a password or a mailbox."
    WordingGiftCard "WORDING_GIFT_CARD" Wording "The wording asks for gift cards or vouchers."
    LinkTextMismatch "LINK_TEXT_MISMATCH" Link "A link shows one domain and leads to another."
    LinkIpAddress "LINK_IP_ADDRESS" Link "A link leads to a bare network address."
    LinkUserinfo "LINK_USERINFO" Link "A link hides its real target behind an @ sign."
    LinkScheme "LINK_SCHEME" Link "A link carries a script or a whole page in itself."
    LinkLookalike "LINK_LOOKALIKE" Link "A link leads to a domain that imitates one you know."
    LinkMixedScript "LINK_MIXED_SCRIPT" Link "A link leads to a domain that mixes letters of several scripts."
    HtmlHiddenText "HTML_HIDDEN_TEXT" Content "The page contains much text that a reader does not see."
    HtmlPasswordForm "HTML_PASSWORD_FORM" Content "The page contains a form that asks for a password."
    InvisibleCharacters "INVISIBLE_CHARACTERS" Content "Invisible characters break up the words."
    BidiControl "BIDI_CONTROL" Content "Control characters turn the direction of the text."
    AttachmentExecutable "ATTACHMENT_EXECUTABLE" Attachment "An attachment is a program or a script."
    AttachmentDoubleExtension "ATTACHMENT_DOUBLE_EXTENSION" Attachment "An attachment's name pretends to be a document."
    AttachmentNameBidi "ATTACHMENT_NAME_BIDI" Attachment "An attachment's name is written backwards to hide its type."
    AttachmentContentMismatch "ATTACHMENT_CONTENT_MISMATCH" Attachment "An attachment is a program under another name."
    AttachmentHtml "ATTACHMENT_HTML" Attachment "An attachment is a web page."
    HtmlSmuggling "HTML_SMUGGLING" Attachment "An attached web page assembles a file by script."
    MacroPresent "MACRO_PRESENT" Attachment "An attached document contains macros."
    MacroAutoExec "MACRO_AUTO_EXEC" Attachment "An attached document contains a macro that starts by itself."
    RemoteTemplate "REMOTE_TEMPLATE" Attachment "An attached document loads a template from the network."
    AttachmentEncrypted "ATTACHMENT_ENCRYPTED" Attachment "An attachment is encrypted, so nobody can look inside."
    ArchiveExecutable "ARCHIVE_EXECUTABLE" Attachment "An attached archive contains a program or a script."
    ArchiveBomb "ARCHIVE_BOMB" Attachment "An attached archive unpacks to an absurd size."
    MimeDuplicateField "MIME_DUPLICATE_FIELD" Structure "A field that describes the content stands twice, so programs disagree on it."
    HeaderDuplicateField "HEADER_DUPLICATE_FIELD" Structure "A field that may stand once stands twice."
    MimeBoundary "MIME_BOUNDARY" Structure "The parts of the message are not properly separated."
    MimeEncoding "MIME_ENCODING" Structure "A part is not encoded as it says."
    BareNewline "BARE_NEWLINE" Structure "Line ends are mixed, as in attempts to smuggle a second message."
    NulByte "NUL_BYTE" Structure "The message contains NUL bytes."
    LimitReached "LIMIT_REACHED" Structure "The message is larger or deeper than was looked at."
    Unreadable "UNREADABLE" Structure "The message is not readable as mail."
    ReplyWithoutThread "REPLY_WITHOUT_THREAD" Structure "The subject says it is a reply, and it answers no message."
    Unscannable "UNSCANNABLE" Structure "Part of the message could not be looked into."
    TrustKnownCounterparty "TRUST_KNOWN_COUNTERPARTY" Trust "An authenticated mail of a counterparty with a history."
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text).ok_or(UnknownCode)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back() {
        for code in Code::ALL {
            assert_eq!(code.to_string().parse(), Ok(*code));
            assert!(
                code.as_str().bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'),
                "{code}"
            );
            assert!(code.sentence().ends_with('.'), "{code}");
        }
    }
}
