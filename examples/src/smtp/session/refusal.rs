//! What is said to what cannot be done.

use smtp_proto::Error;

use super::line::LineError;
use crate::smtp::address::AddressError;
use crate::smtp::reply::{Reply, ReplyCode};

impl LineError {
    pub(super) fn reply_to_command(self) -> Reply {
        let (code, enhanced) = match self {
            Self::TooLong => (ReplyCode::SyntaxError, (5, 2)),
            Self::BareCr | Self::BareLf | Self::Nul => (ReplyCode::SyntaxError, (6, 11)),
        };
        Reply::new(code, enhanced, self.to_string())
    }

    pub(super) fn reply_to_data(self) -> Reply {
        match self {
            Self::TooLong => Reply::new(ReplyCode::TransactionFailed, (6, 0), self.to_string()),
            Self::BareCr | Self::BareLf | Self::Nul => Reply::reject((6, 11), self.to_string()),
        }
    }
}

/// Why an address of MAIL or RCPT is refused.
pub(super) enum MailboxError {
    Address(AddressError),
    NeedsUtf8,
}

impl MailboxError {
    pub(super) fn reply(self, enhanced: (u16, u16)) -> Reply {
        match self {
            Self::Address(error) => {
                Reply::new(ReplyCode::NameNotAllowed, enhanced, format!("no address: {error}"))
            }
            Self::NeedsUtf8 => {
                let text = "the address is not ASCII: say SMTPUTF8 at MAIL";
                Reply::new(ReplyCode::NameNotAllowed, (6, 7), text)
            }
        }
    }
}

pub(super) fn not_offered(command: &str) -> Reply {
    let text = format!("{command} is not offered here: EHLO lists what is");
    Reply::new(ReplyCode::NotImplemented, (5, 1), text)
}

pub(super) fn parameter_not_offered(command: &str, offered: &str) -> Reply {
    let text = format!("{command} has a parameter that is not offered here; offered: {offered}");
    Reply::new(ReplyCode::ParametersUnknown, (5, 4), text)
}

pub(super) fn syntax_reply(error: Error) -> Reply {
    match error {
        Error::UnknownCommand => {
            Reply::new(ReplyCode::SyntaxError, (5, 1), "unknown command: say HELP")
        }
        Error::InvalidSenderAddress => Reply::new(
            ReplyCode::NameNotAllowed,
            (1, 7),
            "the sender is no address: write <local@domain> or <>",
        ),
        Error::InvalidRecipientAddress => Reply::new(
            ReplyCode::NameNotAllowed,
            (1, 3),
            "the recipient is no address: write <local@domain>",
        ),
        Error::SyntaxError { syntax } => Reply::new(
            ReplyCode::ParameterSyntax,
            (5, 2),
            format!("cannot read this: write {syntax}"),
        ),
        Error::InvalidParameter { param } => Reply::new(
            ReplyCode::ParameterSyntax,
            (5, 4),
            format!("parameter {param} has no valid value"),
        ),
        Error::UnsupportedParameter { param } => Reply::new(
            ReplyCode::ParametersUnknown,
            (5, 4),
            format!("parameter {param} is not offered here"),
        ),
        _ => Reply::new(ReplyCode::SyntaxError, (5, 2), "the command ends too early: say HELP"),
    }
}
