//! A project in a folder of its own, and the program over it, within limits.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Installs and builds in one stage.
pub(crate) const DOCKERFILE: &str =
    "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm install\nRUN npm run build\nCMD [\"npm\", \"start\"]\n";

pub(crate) const PACKAGE: &str = r#"{"name":"a","scripts":{"build":"tsc","start":"node dist/index.js"},
"dependencies":{"express":"4"},"devDependencies":{"typescript":"5"}}"#;

/// A release build has two seconds. This is for a debug build on a machine that does other things as well.
const TIME: Duration = Duration::from_secs(60);

/// Address space in KiB, of which a debug build with its threads uses the most untouched.
const SPACE: &str = "2000000";

/// The repository is `repo`, so that there is something outside of it.
pub(crate) struct Project(TempDir);

pub(crate) struct Said {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// `None` where a limit or a signal ended it.
    pub(crate) code: Option<i32>,
}

impl Project {
    pub(crate) fn new() -> Self {
        let it = Self(TempDir::new().unwrap());
        fs::create_dir_all(it.repo().join(".git")).unwrap();
        it
    }

    /// Files by their paths from the repository's root.
    pub(crate) fn with<T: AsRef<[u8]>>(self, files: impl IntoIterator<Item = (impl AsRef<str>, T)>) -> Self {
        for (path, text) in files {
            self.write(path.as_ref(), text);
        }
        self
    }

    pub(crate) fn app() -> Self {
        Self::new().with([("Dockerfile", DOCKERFILE), ("package.json", PACKAGE), ("src/index.ts", "export {}\n")])
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn repo(&self) -> PathBuf {
        self.0.path().join("repo")
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.repo().join(path)
    }

    #[cfg(unix)]
    pub(crate) fn link(&self, path: &str, target: impl AsRef<Path>) {
        let path = self.at(path);
        let _ = fs::remove_file(&path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
    }

    pub(crate) fn run(&self, arguments: &str) -> Said {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let mut command = limited(env!("CARGO_BIN_EXE_nodestage"), &arguments);
        command.env_clear().env("TOKEN", "hunter2").current_dir(self.repo());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = text(child.stdout.take().unwrap());
        let stderr = text(child.stderr.take().unwrap());
        let start = Instant::now();
        let status = loop {
            match child.try_wait().unwrap() {
                None if start.elapsed() > TIME => {
                    child.kill().unwrap();
                    break child.wait().unwrap();
                }
                None => std::thread::sleep(Duration::from_millis(5)),
                Some(status) => break status,
            }
        };
        Said { stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap(), code: status.code() }
    }

    /// Runs all that looks at a Dockerfile: each comes to its end by itself, with an exit code of its own.
    #[track_caller]
    pub(crate) fn survives(&self, name: &str) {
        for arguments in ["check", "check --output-format concise", "fix --unsafe --output-format json"] {
            let said = self.run(arguments);
            let tail = said.stderr.get(said.stderr.len().saturating_sub(500)..).unwrap_or_default();
            assert!(matches!(said.code, Some(0..=2)), "{name}: `{arguments}` ended with {:?}: {tail}", said.code);
            assert!(!said.stderr.contains("nodestage failed"), "{name}: `{arguments}`: {tail}");
        }
    }
}

#[cfg(unix)]
fn limited(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &format!("ulimit -v {SPACE}; exec \"$0\" \"$@\""), program]).args(arguments);
    command
}

#[cfg(not(unix))]
fn limited(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

fn text(mut from: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// `line` as often as it fits into 1 MiB less a little.
pub(crate) fn fill(line: impl Fn(usize) -> String) -> String {
    fill_to(1_000_000, line)
}

/// `line` as often as it fits into `size` bytes.
pub(crate) fn fill_to(size: usize, line: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for idx in 0.. {
        let next = line(idx);
        if text.len() + next.len() > size {
            break;
        }
        text += &next;
    }
    text
}

/// Whatever is in a folder and below, by name.
#[cfg(unix)]
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}
