//! The command line of an engine: every call ends, with its time or with the user's Ctrl-C.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::ProveError;

const PROGRAMS: [&str; 2] = ["docker", "podman"];
/// For calls that build and start nothing.
const SHORT: Duration = Duration::from_secs(120);
/// What is kept of an output, in bytes: its end.
const MAX_OUTPUT: usize = 1 << 20;

/// Whether the user wants it to end.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// It shall end.
    pub fn now(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether it shall end.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// # Errors
    /// Where it shall end.
    pub(super) fn check(&self) -> Result<(), ProveError> {
        if self.is_wanted() { Err(ProveError::Stopped) } else { Ok(()) }
    }

    /// # Errors
    /// Where it shall end meanwhile.
    pub(super) fn sleep(&self, time: Duration) -> Result<(), ProveError> {
        self.check()?;
        std::thread::sleep(time);
        self.check()
    }
}

/// An engine that answers.
#[derive(Clone, Debug)]
pub(super) struct Engine {
    pub(super) program: &'static str,
    pub(super) stop: Stop,
}

/// What a call printed.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) is_success: bool,
    pub(super) is_late: bool,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Engine {
    /// The first engine that answers.
    ///
    /// # Errors
    /// Where none does.
    pub(super) fn find(stop: &Stop) -> Result<Self, ProveError> {
        let mut refusal = ProveError::NoEngine;
        for program in PROGRAMS {
            let engine = Self { program, stop: stop.clone() };
            match engine.call(&["version", "--format", "{{.Server.Version}}"], SHORT) {
                Ok(said) if said.is_success => return Ok(engine),
                Ok(said) if refusal == ProveError::NoEngine => {
                    refusal = ProveError::EngineAway { program: program.to_owned(), said: said.last_line() };
                }
                Err(ProveError::Stopped) => return Err(ProveError::Stopped),
                Ok(_) | Err(_) => {}
            }
        }
        Err(refusal)
    }

    /// A call that is short, and must not fail; gives what it prints.
    ///
    /// # Errors
    /// Where it does.
    pub(super) fn ask(&self, arguments: &[&str]) -> Result<String, ProveError> {
        let said = self.call(arguments, SHORT)?;
        match said.is_success {
            true => Ok(said.stdout),
            false => Err(self.failed(arguments[0], said.last_line())),
        }
    }

    fn failed(&self, verb: &str, said: String) -> ProveError {
        ProveError::Engine { program: self.program.to_owned(), verb: verb.to_owned(), said }
    }

    /// A call that may fail, and takes no longer than `limit`.
    ///
    /// # Errors
    /// Where it can't be started, or the user has had enough.
    pub(super) fn call<S: AsRef<OsStr>>(&self, arguments: &[S], limit: Duration) -> Result<Said, ProveError> {
        let mut child = self.spawn(arguments)?;
        let readers = (read_end(child.stdout.take()), read_end(child.stderr.take()));
        let ended = wait(&mut child, limit, &self.stop);
        let (stdout, stderr) = (joined(readers.0), joined(readers.1));
        let (is_success, is_late) = ended?.map_or((false, true), |it| (it, false));
        Ok(Said { is_success, is_late, stdout, stderr })
    }

    fn spawn<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Child, ProveError> {
        let mut command = Command::new(self.program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Attestations are no part of what is compared.
        command.env("DOCKER_BUILDKIT", "1").env("BUILDX_NO_DEFAULT_ATTESTATIONS", "1").env("DOCKER_CLI_HINTS", "false");
        // Ctrl-C is for nodestage alone: it ends the call itself, and the clean-up must not end with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map_err(|it| self.failed("itself", it.to_string()))
    }
}

impl Said {
    /// What it printed last, to stderr if anything.
    pub(super) fn last_line(&self) -> String {
        let lines = self.stdout.lines().chain(self.stderr.lines());
        let said = lines.map(str::trim).rfind(|it| !it.is_empty() && !it.starts_with("See '"));
        said.unwrap_or("nothing").trim_end_matches(". Is the docker daemon running?").to_owned()
    }
}

/// Whether it ended well; `None` where it took too long.
fn wait(child: &mut Child, limit: Duration, stop: &Stop) -> Result<Option<bool>, ProveError> {
    let (start, mut pause) = (Instant::now(), Duration::from_millis(2));
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(Some(status.success())),
            Ok(None) if stop.is_wanted() || start.elapsed() > limit => {
                let _ = (child.kill(), child.wait());
                return stop.check().map(|()| None);
            }
            _ => std::thread::sleep(pause),
        }
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

fn read_end(from: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || from.map(end_of).unwrap_or_default())
}

/// The end of what comes.
fn end_of(mut from: impl Read) -> Vec<u8> {
    let (mut res, mut buffer) = (Vec::new(), [0; 16 << 10]);
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return res,
            Ok(n) => res.extend_from_slice(&buffer[..n]),
            Err(it) if it.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return res,
        }
        if res.len() > 2 * MAX_OUTPUT {
            res.drain(..res.len() - MAX_OUTPUT);
        }
    }
}

fn joined(reader: JoinHandle<Vec<u8>>) -> String {
    String::from_utf8_lossy(&reader.join().unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{MAX_OUTPUT, Said, end_of};

    #[test]
    fn the_end_of_a_long_output_is_kept() {
        let text = [vec![b'a'; 3 * MAX_OUTPUT], b"the end".to_vec()].concat();
        let kept = end_of(text.as_slice());
        assert!(kept.len() <= 2 * MAX_OUTPUT && kept.ends_with(b"the end"));
    }

    #[test]
    fn the_last_line_says_why() {
        let stderr = "unknown flag: --x\nSee 'docker build --help'.\n\n".to_owned();
        assert_eq!(Said { stderr, ..Said::default() }.last_line(), "unknown flag: --x");
        assert_eq!(Said::default().last_line(), "nothing");
    }
}
