//! A text that travels with its tree.

use std::sync::Arc;

use super::{Dockerfile, SyntaxError, parse};
use crate::text::Text;

/// The text of a Dockerfile with what the parser makes of it: parsed once, its lines
/// found once, cheap to clone.
#[derive(Clone, Debug)]
pub struct SourceFile(Arc<(Text, super::Parse)>);

impl SourceFile {
    /// Parses `text`.
    #[must_use]
    pub fn new(text: String) -> Self {
        let parse = parse(&text);
        Self(Arc::new((text.into(), parse)))
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &Text {
        &self.0.0
    }

    /// Its tree.
    #[must_use]
    pub fn dockerfile(&self) -> &Dockerfile {
        &self.0.1.dockerfile
    }

    /// What is wrong with it, in the order of the file.
    #[must_use]
    pub fn errors(&self) -> &[SyntaxError] {
        &self.0.1.errors
    }
}
