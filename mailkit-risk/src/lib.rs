//! mailkit-risk
