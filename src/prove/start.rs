//! Starting one container, and watching it until it answers or ends.

use std::ffi::OsString;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::answer::{self, Answer};
use super::cleanup::Scratch;
use super::ports::Ports;
use super::{End, Ending, Log, Options, ProveError, Start};

/// What a container may take. Both are more than an app needs that serves one person.
const LIMITS: [&str; 4] = ["--memory", "2g", "--pids-limit", "2048"];
/// An app that has answered may still fall over.
const SETTLE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(250);
/// What a container has from SIGTERM on, in seconds.
const GRACE: &str = "10";
/// So many lines of the log are read.
const MAX_LINES: &str = "2000";
const SHORT: Duration = Duration::from_secs(120);

/// Starts the image `image` as the container `name`, watches it, stops and removes it. Where `port` is given, only an answer there
/// counts as one.
///
/// # Errors
/// Where the engine fails, or the user has had enough.
pub(super) fn start(
    scratch: &Scratch,
    (image, name): (&str, &str),
    ports: &Ports,
    port: Option<u16>,
    options: &Options,
) -> Result<Start, ProveError> {
    let container = Container { scratch, name, options };
    let said = scratch.engine.call(&container.arguments(image, ports), SHORT)?;
    let res = match said.is_success {
        true => container.watch(ports, port),
        false => Ok(Start { end: End::Refused(said.last_line()), ..Start::default() }),
    };
    scratch.remove_container(name);
    res
}

struct Container<'a> {
    scratch: &'a Scratch,
    name: &'a str,
    options: &'a Options,
}

/// What the engine says of a container.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    running: bool,
    exit_code: i64,
    #[serde(rename = "OOMKilled", default)]
    oom_killed: bool,
}

impl Container<'_> {
    fn arguments(&self, image: &str, ports: &Ports) -> Vec<OsString> {
        let (options, label) = (self.options, self.scratch.label());
        let mut res: Vec<OsString> = ["run", "--detach", "--name", self.name, "--label", &label].map(Into::into).into();
        res.extend(LIMITS.map(OsString::from));
        if let Some(network) = &options.network {
            res.extend(["--network".into(), network.into()]);
        }
        if !options.is_on_host() {
            res.extend(ports.all.iter().flat_map(|it| ["--publish".into(), format!("127.0.0.1::{it}").into()]));
        }
        res.extend(ports.env.iter().flat_map(|it| ["--env".into(), it.into()]));
        res.extend(options.env_files.iter().flat_map(|it| ["--env-file".into(), it.into()]));
        res.extend(options.env.iter().flat_map(|it| ["--env".into(), it.into()]));
        res.push(image.into());
        res.extend(options.command.iter().map(OsString::from));
        res
    }

    fn watch(&self, ports: &Ports, port: Option<u16>) -> Result<Start, ProveError> {
        let (start, mut answered) = (Instant::now(), None);
        let doors = self.doors(ports)?;
        let end = loop {
            if let Some(end) = self.ended(answered.is_some())? {
                break end;
            }
            let found = self.answer(&doors, port);
            if found.is_some() && answered.is_none() {
                answered = Some(start.elapsed());
            }
            let settled = answered.is_some_and(|it| start.elapsed() > it + SETTLE);
            match found {
                Some(end) if settled => break end,
                None if start.elapsed() > self.options.timeout => {
                    break self.answer(&doors, None).unwrap_or(End::Silent);
                }
                _ => self.scratch.engine.stop.sleep(PAUSE)?,
            }
        };
        let time = answered.unwrap_or_else(|| start.elapsed());
        let (ending, end) = match end {
            End::Exited { .. } | End::OutOfMemory => (None, end),
            _ => (Some(self.stop()?), end),
        };
        Ok(Start { end, time, log: self.log()?, ending })
    }

    /// Where this machine asks for each port.
    fn doors(&self, ports: &Ports) -> Result<Vec<(u16, u16)>, ProveError> {
        if self.options.is_on_host() {
            return Ok(ports.all.iter().map(|it| (*it, *it)).collect());
        }
        let said = self.scratch.engine.call(&["port", self.name], SHORT)?;
        let published = published(&said.stdout);
        let door = |it: &u16| published.iter().find(|(inner, _)| inner == it).copied();
        Ok(ports.all.iter().filter_map(door).collect())
    }

    fn ended(&self, had_answered: bool) -> Result<Option<End>, ProveError> {
        let state = self.scratch.engine.ask(&["inspect", "--format", "{{json .State}}", self.name])?;
        let failed = |it: serde_json::Error| ProveError::Image(it.to_string());
        let state: State = serde_json::from_str(&state).map_err(failed)?;
        Ok(match (state.running, state.oom_killed) {
            (true, _) => None,
            (false, true) => Some(End::OutOfMemory),
            (false, false) => Some(End::Exited { code: state.exit_code, had_answered }),
        })
    }

    /// The answers of the first port that gives any; one that is content comes before one that complains.
    fn answer(&self, doors: &[(u16, u16)], port: Option<u16>) -> Option<End> {
        let paths = &self.options.paths;
        let wanted = doors.iter().filter(|it| port.is_none_or(|port| port == it.0));
        let first = paths.first()?;
        let mut found: Vec<(u16, u16, Answer)> =
            wanted.filter_map(|it| Some((it.0, it.1, answer::ask(it.1, first)?))).collect();
        found.sort_by_key(|it| it.2.status >= 400);
        let (port, door, answer) = found.into_iter().next()?;
        let others = paths[1..].iter().map(|it| answer::ask(door, it));
        let answers = std::iter::once(Some(answer)).chain(others).collect();
        Some(End::Answers { port, answers })
    }

    fn stop(&self) -> Result<Ending, ProveError> {
        let start = Instant::now();
        self.scratch.engine.call(&["stop", "--time", GRACE, self.name], SHORT)?;
        let time = start.elapsed();
        let killed = matches!(self.ended(false)?, Some(End::Exited { code: 137, .. }));
        Ok(Ending { time, killed })
    }

    fn log(&self) -> Result<Log, ProveError> {
        let said = self.scratch.engine.call(&["logs", "--tail", MAX_LINES, self.name], SHORT)?;
        Ok(Log::new(&(said.stdout + &said.stderr)))
    }
}

/// The ports of a container and where they are published, out of `3000/tcp -> 127.0.0.1:49153` and the like.
fn published(text: &str) -> Vec<(u16, u16)> {
    let pair = |line: &str| {
        let (inner, outer) = line.split_once(" -> ")?;
        Some((inner.split('/').next()?.parse().ok()?, outer.rsplit(':').next()?.trim().parse().ok()?))
    };
    text.lines().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::published;

    #[test]
    fn published_ports_are_read() {
        let text = "3000/tcp -> 127.0.0.1:49153\n80/tcp -> [::1]:49154\nnothing\n";
        assert_eq!(published(text), [(3000, 49153), (80, 49154)]);
    }
}
