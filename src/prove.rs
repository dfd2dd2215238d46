//! Proof that a rewrite changes nothing that a user of the image sees: both are built, looked into, started and compared.
//!
//! [`Prover`] drives the command line of docker or podman. The build context is the user's own folder, which an engine only
//! reads; the two Dockerfiles and their ignore files stand in a temporary folder. What was seen of an image is an
//! [`Observation`]; [`compare`] judges two of them, and is a function of them alone. [`blame()`] finds which fixes are in the
//! way where all of them together are not proved.
//!
//! Whatever is made bears a label with an id that no other run has, and is removed by it, also where a run is cut short.

mod answer;
mod blame;
mod build;
mod cleanup;
mod engine;
mod error;
mod failure;
mod figures;
mod log;
mod mask;
mod observation;
mod ports;
mod prover;
mod start;
#[cfg(test)]
mod testing;
mod verdict;

pub use answer::Answer;
pub use blame::{Blamed, blame};
pub use cleanup::LABEL;
pub use engine::Stop;
pub use error::ProveError;
pub use failure::{BuildFailure, FailureKind};
pub use figures::Figures;
pub use log::Log;
pub use observation::{Built, End, Ending, Observation, Start};
pub use prover::{Baseline, Prover};
pub use verdict::{Outcome, Verdict, compare};

use std::path::PathBuf;
use std::time::Duration;

/// A Dockerfile as it is to be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its text.
    pub text: String,
    /// The text of the ignore file that belongs to it; `None` where there is none.
    pub ignore: Option<Vec<u8>>,
    /// The stage to build; `None` for the last one.
    pub target: Option<String>,
}

/// How images are built and started.
#[derive(Clone, Debug)]
pub struct Options {
    /// The build context.
    pub context: PathBuf,
    /// The engine's network for builds and containers; `None` for its usual one.
    pub network: Option<String>,
    /// Where the app listens; `None` to find out.
    pub port: Option<u16>,
    /// Ports that the sources name.
    pub likely_ports: Vec<u16>,
    /// What is asked for, each with a slash in front.
    pub paths: Vec<String>,
    /// Variables of the container, as `NAME=value` or `NAME`.
    pub env: Vec<String>,
    /// Files of them.
    pub env_files: Vec<PathBuf>,
    /// As for the engine's `build --build-arg`.
    pub build_args: Vec<String>,
    /// As for the engine's `build --secret`.
    pub secrets: Vec<String>,
    /// In place of the image's CMD; empty for that.
    pub command: Vec<String>,
    /// How long a container may take to answer.
    pub timeout: Duration,
}

/// Hears what is being done, in a few words.
pub trait Progress {
    /// It begins now.
    fn step(&self, what: &str);
}
