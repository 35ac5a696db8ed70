//! mailkit-auth
