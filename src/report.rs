//! Output formats.

pub mod debug;
