//! The objects of SARIF 2.1.0 that a log of findings needs, by the names of the standard.

use serde::Serialize;

/// Section 3.14.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run {
    pub(super) tool: Tool,
    pub(super) artifacts: Vec<Artifact>,
    pub(super) results: Vec<SarifResult>,
    pub(super) column_kind: &'static str,
}

/// Section 3.18.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Tool {
    pub(super) driver: Driver,
}

/// A `toolComponent`, section 3.19.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver {
    pub(super) name: &'static str,
    pub(super) semantic_version: &'static str,
    pub(super) rules: Vec<ReportingDescriptor>,
}

/// Section 3.49.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReportingDescriptor {
    pub(super) id: &'static str,
    pub(super) short_description: Message,
    pub(super) help: Message,
    pub(super) default_configuration: ReportingConfiguration,
}

/// Section 3.50.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ReportingConfiguration {
    pub(super) level: Level,
}

/// Sections 3.27.10 and 3.50.3.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    Error,
    Note,
    Warning,
}

/// Section 3.24.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Artifact {
    pub(super) location: ArtifactLocation,
    pub(super) contents: ArtifactContent,
    pub(super) encoding: &'static str,
}

/// Section 3.4.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ArtifactLocation {
    pub(super) uri: String,
    /// The place of the artifact in the run.
    pub(super) index: usize,
}

/// Section 3.3.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ArtifactContent {
    pub(super) text: String,
}

/// Section 3.27.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifResult {
    pub(super) rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule_index: Option<usize>,
    pub(super) level: Level,
    pub(super) message: Message,
    pub(super) locations: [Location; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fixes: Option<[SarifFix; 1]>,
}

/// Sections 3.11 and 3.12.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Message {
    pub(super) text: String,
}

/// Section 3.28.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    pub(super) physical_location: PhysicalLocation,
}

/// Section 3.29.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: ArtifactLocation,
    pub(super) region: Region,
}

/// Section 3.30; lines and columns count from 1, an end column is the one after the last.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: usize,
    pub(super) start_column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
    pub(super) char_offset: usize,
    pub(super) char_length: usize,
    pub(super) byte_offset: usize,
    pub(super) byte_length: usize,
}

/// Section 3.55.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifFix {
    pub(super) description: Message,
    pub(super) artifact_changes: [ArtifactChange; 1],
}

/// Section 3.56.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactChange {
    pub(super) artifact_location: ArtifactLocation,
    pub(super) replacements: [Replacement; 1],
}

/// Section 3.57.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replacement {
    pub(super) deleted_region: Region,
    pub(super) inserted_content: ArtifactContent,
}
