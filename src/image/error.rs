//! What can go wrong with an image.

use std::fmt::Display;
use std::io;

use super::Source;

const TRUNCATED: &str = "the archive ends in the middle of it: it is cut off; save the image again";

/// Why an image can't be read: one sentence with its place and a way out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ImageError(String);

impl ImageError {
    /// With this sentence.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// Something is wrong at `place`: a blob, or an entry of one.
    pub(super) fn at(place: impl Display, what: impl Display) -> Self {
        Self(format!("{place}: {what}"))
    }

    /// Reading at `place` failed.
    pub(super) fn io(place: impl Display, error: &io::Error) -> Self {
        match error.get_ref().and_then(|it| it.downcast_ref::<Self>()) {
            Some(own) => own.clone(),
            None if error.kind() == io::ErrorKind::UnexpectedEof => Self::truncated(place),
            None => Self::at(place, format_args!("cannot be read: {error}")),
        }
    }

    /// It ends where more must come.
    pub(super) fn truncated(place: impl Display) -> Self {
        Self::at(place, TRUNCATED)
    }

    /// Whether it is about an end that came too early.
    pub(super) fn is_truncation(&self) -> bool {
        self.0.ends_with(TRUNCATED)
    }

    /// In front of it what was being read, unless it says so already.
    pub(super) fn of(self, source: &Source) -> Self {
        let name = match source {
            Source::File(path) | Source::Folder(path) => path.display().to_string(),
            Source::Stdin => "stdin".to_owned(),
            Source::Engine(name) => name.clone(),
        };
        if self.0.contains(&format!("{name}:")) || self.0.contains(&format!("`{name}`")) {
            self
        } else {
            Self::at(name, self.0)
        }
    }
}

/// For what is in the way of a reader.
impl From<ImageError> for io::Error {
    fn from(error: ImageError) -> Self {
        Self::other(error)
    }
}
