//! What is known of Node's ecosystem: words and versions, never the disk.
//!
//! Rules, rewrite and project ask here, so that each thing is known in one place. What is not listed here is
//! not known, and not harmless.

pub mod packages;
