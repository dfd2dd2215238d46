//! What keeps a proof from being tried at all.

/// Why nothing could be proved or disproved: one sentence with a way out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProveError {
    /// Neither program is there.
    #[error("neither docker nor podman is here to build and start images; install one of them")]
    NoEngine,
    /// A program is there, and no engine behind it.
    #[error("{program} says: {said}; is it running, and may you use it?")]
    EngineAway {
        /// docker or podman.
        program: String,
        /// Its last line.
        said: String,
    },
    /// The engine refuses what it must not refuse.
    #[error("{program} {verb} failed: {said}")]
    Engine {
        /// docker or podman.
        program: String,
        /// Its subcommand.
        verb: String,
        /// Its last line.
        said: String,
    },
    /// The image could not be read.
    #[error("the built image cannot be looked into: {0}")]
    Image(String),
    /// No temporary files.
    #[error("no temporary folder can be written: {0}")]
    Scratch(String),
    /// Ctrl-C.
    #[error("stopped; what it had made is removed")]
    Stopped,
}
