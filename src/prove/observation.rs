//! What was seen of an image: plain data, so that comparing needs no engine.

use std::time::Duration;

use super::{Answer, BuildFailure, Figures, Log};

/// What was seen of one Dockerfile.
#[derive(Clone, Debug)]
pub enum Observation {
    /// It does not build.
    Failed(BuildFailure),
    /// It builds.
    Built(Box<Built>),
}

impl Observation {
    /// What was seen, where it builds.
    #[must_use]
    pub fn built(&self) -> Option<&Built> {
        match self {
            Self::Failed(_) => None,
            Self::Built(it) => Some(it),
        }
    }
}

/// What was seen of an image and its containers.
#[derive(Clone, Debug)]
pub struct Built {
    /// How long that took.
    pub time: Duration,
    /// What it holds.
    pub figures: Figures,
    /// The first start.
    pub start: Start,
    /// The second one of the same image, which tells what differs from start to start; of the image after the fix there is
    /// none.
    pub again: Option<Start>,
}

/// What was seen of one container.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// What became of it.
    pub end: End,
    /// Until it answered, or ended.
    pub time: Duration,
    /// What it printed.
    pub log: Log,
    /// How it took SIGTERM, where it ran until then.
    pub ending: Option<Ending>,
}

/// What became of a container until it was stopped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// It answers in HTTP.
    Answers {
        /// Where.
        port: u16,
        /// One a path, in the order of the paths; `None` where it did not answer that one.
        answers: Vec<Option<Answer>>,
    },
    /// It runs and answers nobody.
    #[default]
    Silent,
    /// It ended by itself.
    Exited {
        /// Its exit code.
        code: i64,
        /// Whether it had answered before.
        had_answered: bool,
    },
    /// It took more memory than it may.
    OutOfMemory,
    /// The engine can't start it.
    Refused(String),
}

/// How a container took SIGTERM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Until it was gone.
    pub time: Duration,
    /// Whether it had to be killed.
    pub killed: bool,
}

impl Start {
    /// In a few words: `HTTP 200 on port 3000`.
    #[must_use]
    pub fn clause(&self) -> String {
        match &self.end {
            End::Answers { port, answers } => match answers.first() {
                Some(Some(answer)) => format!("HTTP {} on port {port}", answer.status),
                _ => format!("no answer on port {port}"),
            },
            End::Silent => "stays up, no HTTP".to_owned(),
            End::Exited { code, had_answered: false } => format!("exits with {code}"),
            End::Exited { code, had_answered: true } => format!("answers, then exits with {code}"),
            End::OutOfMemory => "out of memory".to_owned(),
            End::Refused(_) => "cannot be started".to_owned(),
        }
    }
}
