//! A workbook with an auto-open macro, made here: the macro shows a greeting, and nothing in this project runs it.

use std::io::{self, Cursor, Write};

use rawzip::{CompressionMethod, ZipArchiveWriter};

/// The media type of a workbook with macros.
pub(super) const CONTENT_TYPE: &str = "application/vnd.ms-excel.sheet.macroEnabled.12";

const MACRO: &str = "Attribute VB_Name = \"Module1\"\r\n\
                     Sub Auto_Open()\r\n\
                     MsgBox \"Hello\"\r\n\
                     End Sub\r\n";

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>
</Types>
"#;

/// The workbook's bytes.
///
/// # Errors
/// Only when memory cannot be written to.
pub(super) fn with_auto_open_macro() -> io::Result<Vec<u8>> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    store(&mut archive, "[Content_Types].xml", CONTENT_TYPES.as_bytes())?;
    store(&mut archive, "xl/workbook.xml", b"<workbook/>")?;
    store(&mut archive, "xl/vbaProject.bin", &vba_project()?)?;
    archive.finish().map_err(io::Error::other)
}

fn store(archive: &mut ZipArchiveWriter<Vec<u8>>, name: &str, content: &[u8]) -> io::Result<()> {
    let builder = archive.new_file(name).compression_method(CompressionMethod::STORE);
    let (mut entry, config) = builder.start().map_err(io::Error::other)?;
    let mut data = config.wrap(&mut entry);
    data.write_all(content)?;
    let (_, output) = data.finish().map_err(io::Error::other)?;
    entry.finish(output).map_err(io::Error::other)?;
    Ok(())
}

/// A VBA project: a compound file with one module (MS-OVBA section 2.2).
fn vba_project() -> io::Result<Vec<u8>> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new()))?;
    file.create_storage("/VBA")?;
    file.create_stream("/PROJECT")?.write_all(b"Module=Module1\r\n")?;
    file.create_stream("/VBA/_VBA_PROJECT")?.write_all(&[0xCC, 0x61, 0xFF, 0xFF, 0, 0, 0])?;
    file.create_stream("/VBA/dir")?.write_all(&compress(&directory()))?;
    file.create_stream("/VBA/Module1")?.write_all(&compress(MACRO.as_bytes()))?;
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

/// The `dir` stream (MS-OVBA section 2.3.4.2): each record is an id, a length and its content.
fn directory() -> Vec<u8> {
    const SYSTEM_WIN32: &[u8] = &1_u32.to_le_bytes();
    const CODE_PAGE: &[u8] = &1252_u16.to_le_bytes();
    const LANGUAGE: &[u8] = &0x0409_u32.to_le_bytes();
    const ONE_MODULE: &[u8] = &1_u16.to_le_bytes();
    const SOURCE_OFFSET: &[u8] = &0_u32.to_le_bytes();
    let records: [(u16, &[u8]); 14] = [
        (0x01, SYSTEM_WIN32),
        (0x02, LANGUAGE),
        (0x14, LANGUAGE),
        (0x03, CODE_PAGE),
        (0x04, b"Project"),
        (0x0F, ONE_MODULE),
        (0x13, &[0xFF, 0xFF]),
        (0x19, b"Module1"),
        (0x1A, b"Module1"),
        (0x32, b"M\0o\0d\0u\0l\0e\x001\0"),
        (0x31, SOURCE_OFFSET),
        (0x21, b""),
        (0x2B, b""),
        (0x10, b""),
    ];
    let mut stream = Vec::new();
    for (id, content) in records {
        stream.extend(id.to_le_bytes());
        stream.extend(u32::try_from(content.len()).unwrap_or(0).to_le_bytes());
        stream.extend(content);
    }
    stream
}

/// The container of MS-OVBA section 2.4.1 with one chunk of literals: valid, and as long as what it holds.
fn compress(content: &[u8]) -> Vec<u8> {
    const CONTAINER: u8 = 0x01;
    const ALL_LITERAL: u8 = 0x00;
    const COMPRESSED_CHUNK: u16 = 0xB000;
    let mut tokens = Vec::new();
    for group in content.chunks(8) {
        tokens.push(ALL_LITERAL);
        tokens.extend(group);
    }
    // The length counts the two octets of the header itself, less three.
    let header = COMPRESSED_CHUNK | (u16::try_from(tokens.len() - 1).unwrap_or(0) & 0x0FFF);
    let mut container = vec![CONTAINER];
    container.extend(header.to_le_bytes());
    container.extend(tokens);
    container
}
