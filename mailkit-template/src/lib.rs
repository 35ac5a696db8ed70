//! mailkit-template
