//! Files: what their names say and what was found inside.

use super::{Case, Findings};
use crate::assessment::Place;
use crate::code::Code;
use crate::file_name::{self, FileKind};
use crate::message::{Attachment, AttachmentFindingKind};
use crate::text;

pub(super) fn find(case: &Case<'_>, findings: &mut Findings) {
    for attachment in &case.view.attachments {
        by_name(attachment, findings);
        for found in &attachment.findings {
            let evidence = format!("{}: {}", attachment.name, found.evidence);
            findings.add(code(found.kind), Place::part(attachment.part), &evidence);
        }
    }
}

fn by_name(attachment: &Attachment, findings: &mut Findings) {
    let name = &attachment.name;
    let place = || Place::part(attachment.part);
    if name.contains(text::is_bidi_control) {
        findings.add(Code::AttachmentNameBidi, place(), name);
    }
    match file_name::kind(name) {
        Some(FileKind::Program) => {
            findings.add(Code::AttachmentExecutable, place(), name);
            if file_name::pretends(name) {
                findings.add(Code::AttachmentDoubleExtension, place(), name);
            }
        }
        Some(FileKind::Page) => findings.add(Code::AttachmentHtml, place(), name),
        Some(FileKind::Document) | None => {}
    }
}

fn code(kind: AttachmentFindingKind) -> Code {
    match kind {
        AttachmentFindingKind::ArchiveExecutable => Code::ArchiveExecutable,
        AttachmentFindingKind::Bomb => Code::ArchiveBomb,
        AttachmentFindingKind::ContentMismatch => Code::AttachmentContentMismatch,
        AttachmentFindingKind::Encrypted => Code::AttachmentEncrypted,
        AttachmentFindingKind::HtmlSmuggling => Code::HtmlSmuggling,
        AttachmentFindingKind::Macro => Code::MacroPresent,
        AttachmentFindingKind::MacroAutoExec => Code::MacroAutoExec,
        AttachmentFindingKind::RemoteTemplate => Code::RemoteTemplate,
    }
}
