//! Dialogues with a session, and what holds for all of them.
