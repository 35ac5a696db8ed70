//! The kinds of defects, in alphabetical order.

use thiserror::Error;

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "kebab-case", tag = "code")
)]
#[non_exhaustive]
pub enum DefectKind {
    /// A selection lacks an arm that the locale needs.
    #[error("message `{message}` has no arm [{arm}]")]
    ArmMissing {
        /// The message.
        message: String,
        /// The arm.
        arm: String,
    },
    /// A selection has an arm that the locale never takes.
    #[error("message `{message}` has an arm [{arm}] that is never taken")]
    ArmUnknown {
        /// The message.
        message: String,
        /// The arm.
        arm: String,
    },
    /// A message contains a control character or a direction override.
    #[error("message `{message}` contains a control character")]
    ControlCharacter {
        /// The message.
        message: String,
    },
    /// A style sheet names left or right, and only style attributes are mirrored for right-to-left locales.
    #[error("the style sheet names left or right")]
    DirectionInStyleSheet,
    /// A file that each template has is not there.
    #[error("there is no {name}")]
    FileMissing {
        /// The file.
        name: String,
    },
    /// A file is larger than the limit.
    #[error("larger than {limit} bytes")]
    FileTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// A file has no place in a template.
    #[error("this file has no place in a template")]
    FileUnexpected,
    /// A file cannot be read, or is not UTF-8.
    #[error("cannot be read: {reason}")]
    FileUnreadable {
        /// What the system said.
        reason: String,
    },
    /// The layout does not state language and direction on its root element.
    #[error("the root element has no `lang=\"{{{{ @lang }}}}\"` and `dir=\"{{{{ @dir }}}}\"`")]
    LayoutLanguage,
    /// The layout is not well-formed.
    #[error("{problem}")]
    LayoutSyntax {
        /// What the parser said.
        problem: String,
    },
    /// An element is opened and not closed, or closed and not opened.
    #[error("<{element}> is not balanced")]
    LayoutUnbalanced {
        /// The element.
        element: String,
    },
    /// The last defect, when there are more than [`Limits::defects`](crate::Limits::defects): the file is the one
    /// where leaving out began.
    #[error("{count} more defects are not listed")]
    LeftOut {
        /// How many are left out; one that was found on two ways counts twice.
        count: usize,
    },
    /// There is more of something than the limit allows.
    #[error("more than {limit} {what}")]
    LimitReached {
        /// What there is too much of.
        what: String,
        /// The limit.
        limit: usize,
    },
    /// The name of a message file is not a language tag.
    #[error("the file name is not a BCP 47 language tag")]
    LocaleMalformed,
    /// There are no plural rules or number formats for the locale.
    #[error("there is no number data for this locale")]
    LocaleUnsupported,
    /// A key of `template.toml` is not known.
    #[error("unknown key `{key}`")]
    ManifestKey {
        /// The key.
        key: String,
    },
    /// `template.toml` is not TOML.
    #[error("{problem}")]
    ManifestSyntax {
        /// What the parser said.
        problem: String,
    },
    /// A key of `template.toml` is missing or has a value of the wrong kind.
    #[error("`{key}` has to be {expected}")]
    ManifestValue {
        /// The key.
        key: String,
        /// What it should be.
        expected: String,
    },
    /// A message is defined twice.
    #[error("message `{message}` is defined twice")]
    MessageDuplicate {
        /// The message.
        message: String,
    },
    /// A message that the layout or another message uses is not there.
    #[error("there is no message `{message}`")]
    MessageMissing {
        /// The message.
        message: String,
    },
    /// The file is not Fluent syntax.
    #[error("{problem}")]
    MessageSyntax {
        /// What the parser said.
        problem: String,
    },
    /// A message uses a part of Fluent that mails do not.
    #[error("message `{message}` uses {what}")]
    MessageUnsupported {
        /// The message.
        message: String,
        /// The part of the syntax.
        what: String,
    },
    /// A message is used by nothing.
    #[error("message `{message}` is not used")]
    MessageUnused {
        /// The message.
        message: String,
    },
    /// A message names the recipient where the name may be unknown.
    #[error("message `{message}` shows $recipient outside the arm [named]")]
    NameUnguarded {
        /// The message.
        message: String,
    },
    /// A subject or preheader can become longer than its budget.
    #[error("message `{message}` can reach {chars} characters of {budget}")]
    OverBudget {
        /// The message.
        message: String,
        /// What it can reach, in characters.
        chars: usize,
        /// The budget.
        budget: usize,
    },
    /// A message or a layout uses a parameter that `template.toml` does not declare.
    #[error("there is no parameter ${parameter}")]
    ParameterUnknown {
        /// The parameter.
        parameter: String,
    },
    /// A declared parameter is used by nothing.
    #[error("parameter ${parameter} is not used")]
    ParameterUnused {
        /// The parameter.
        parameter: String,
    },
    /// A message shows something that the default locale does not.
    #[error("message `{message}` shows ${placeholder}, the default locale does not")]
    PlaceholderExtra {
        /// The message.
        message: String,
        /// The placeholder.
        placeholder: String,
    },
    /// A message does not show what the default locale shows.
    #[error("message `{message}` does not show ${placeholder}, the default locale does")]
    PlaceholderMissing {
        /// The message.
        message: String,
        /// The placeholder.
        placeholder: String,
    },
    /// A message refers to itself.
    #[error("message `{message}` refers to itself")]
    ReferenceCycle {
        /// The message.
        message: String,
    },
    /// A message selects by a parameter that is not a number.
    #[error("message `{message}` selects by ${parameter}, which is not an int")]
    SelectorType {
        /// The message.
        message: String,
        /// The parameter.
        parameter: String,
    },
    /// A slot stands where no value is safe.
    #[error("{slot} stands where no value is safe")]
    SlotContext {
        /// The slot.
        slot: String,
    },
    /// A slot is not a message, a parameter, `@lang` or `@dir`.
    #[error("{slot} is not a slot")]
    SlotMalformed {
        /// The slot.
        slot: String,
    },
    /// A slot that is a link is not a parameter of type url.
    #[error("{slot} is not a url")]
    SlotType {
        /// The slot.
        slot: String,
    },
    /// Two templates have the same id.
    #[error("there is another template `{id}`")]
    TemplateDuplicate {
        /// The id.
        id: String,
    },
}

impl DefectKind {
    /// The stable code, such as `message-missing`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ArmMissing { .. } => "arm-missing",
            Self::ArmUnknown { .. } => "arm-unknown",
            Self::ControlCharacter { .. } => "control-character",
            Self::DirectionInStyleSheet => "direction-in-style-sheet",
            Self::FileMissing { .. } => "file-missing",
            Self::FileTooLarge { .. } => "file-too-large",
            Self::FileUnexpected => "file-unexpected",
            Self::FileUnreadable { .. } => "file-unreadable",
            Self::LayoutLanguage => "layout-language",
            Self::LayoutSyntax { .. } => "layout-syntax",
            Self::LayoutUnbalanced { .. } => "layout-unbalanced",
            Self::LeftOut { .. } => "left-out",
            Self::LimitReached { .. } => "limit-reached",
            Self::LocaleMalformed => "locale-malformed",
            Self::LocaleUnsupported => "locale-unsupported",
            Self::ManifestKey { .. } => "manifest-key",
            Self::ManifestSyntax { .. } => "manifest-syntax",
            Self::ManifestValue { .. } => "manifest-value",
            Self::MessageDuplicate { .. } => "message-duplicate",
            Self::MessageMissing { .. } => "message-missing",
            Self::MessageSyntax { .. } => "message-syntax",
            Self::MessageUnsupported { .. } => "message-unsupported",
            Self::MessageUnused { .. } => "message-unused",
            Self::NameUnguarded { .. } => "name-unguarded",
            Self::OverBudget { .. } => "over-budget",
            Self::ParameterUnknown { .. } => "parameter-unknown",
            Self::ParameterUnused { .. } => "parameter-unused",
            Self::PlaceholderExtra { .. } => "placeholder-extra",
            Self::PlaceholderMissing { .. } => "placeholder-missing",
            Self::ReferenceCycle { .. } => "reference-cycle",
            Self::SelectorType { .. } => "selector-type",
            Self::SlotContext { .. } => "slot-context",
            Self::SlotMalformed { .. } => "slot-malformed",
            Self::SlotType { .. } => "slot-type",
            Self::TemplateDuplicate { .. } => "template-duplicate",
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::ArmMissing { .. } => {
                "add the arm: the language has a form of its own for it, or the default must be this arm"
            }
            Self::ArmUnknown { .. } => {
                "remove the arm or correct its name: plurals and day periods are CLDR's for the language"
            }
            Self::ControlCharacter { .. } => "remove it; directions are set by the layout",
            Self::DirectionInStyleSheet => {
                "move the rule to an attribute, where it is mirrored for right-to-left locales"
            }
            Self::FileMissing { .. } => "add the file",
            Self::FileTooLarge { .. } => "shorten the file, or raise `Limits::file_bytes`",
            Self::FileUnexpected => {
                "a template has template.toml, layout.mjml or layout.html, and messages/<locale>.ftl"
            }
            Self::FileUnreadable { .. } => "make the file readable and UTF-8",
            Self::LayoutLanguage => "add both attributes to the html element",
            Self::LayoutSyntax { .. } => "correct the markup",
            Self::LayoutUnbalanced { .. } => "open and close each element in order",
            Self::LeftOut { .. } => "correct those listed first, or raise `Limits::defects`",
            Self::LimitReached { .. } => "simplify the template, or raise the limit in `Limits`",
            Self::LocaleMalformed => "name the file after its locale, such as messages/de.ftl",
            Self::LocaleUnsupported => "use a locale that CLDR knows",
            Self::ManifestKey { .. } => "remove the key or correct its name",
            Self::ManifestSyntax { .. } => "correct the syntax",
            Self::ManifestValue { .. } => "give the key a value of this kind",
            Self::MessageDuplicate { .. } => "keep one of the two",
            Self::MessageMissing { .. } => "translate the message in this file",
            Self::MessageSyntax { .. } => "correct the syntax",
            Self::MessageUnsupported { .. } => {
                "write the message with text, placeholders, references and selections"
            }
            Self::MessageUnused { .. } => "remove the message, or correct its name",
            Self::NameUnguarded { .. } => "select on it: { $recipient -> [none] … *[named] … }",
            Self::OverBudget { .. } => "shorten the text or the `max` of its parameters",
            Self::ParameterUnknown { .. } => "declare the parameter, or correct its name",
            Self::ParameterUnused { .. } => "remove the parameter, or use it",
            Self::PlaceholderExtra { .. } => "show the same in every locale",
            Self::PlaceholderMissing { .. } => "show the same in every locale",
            Self::ReferenceCycle { .. } => "break the circle",
            Self::SelectorType { .. } => "select by an int, by $day-period or by $recipient",
            Self::SlotContext { .. } => {
                "move it into text, alt or title, or make a url parameter the whole of an href"
            }
            Self::SlotMalformed { .. } => {
                "write a message as {{ name }} and a parameter as {{ $name }}"
            }
            Self::SlotType { .. } => "declare the parameter with type = \"url\"",
            Self::TemplateDuplicate { .. } => "give each template its own id",
        }
    }
}
