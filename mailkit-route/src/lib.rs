//! mailkit-route
