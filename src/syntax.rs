//! Dockerfile text to typed instructions with byte ranges.
//!
//! Parsing never fails: a broken line costs that line only, and the items of a [`Dockerfile`] tile the
//! file byte for byte. What is accepted, and how it is split into words, is BuildKit's.

mod ast;
mod carried;
pub mod names;
mod parser;
mod source;

pub use ast::*;
pub use carried::carried;
pub use parser::parse;
pub use source::SourceFile;

#[cfg(test)]
mod tests;
