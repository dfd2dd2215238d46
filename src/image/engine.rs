//! Images of an engine: what its own command line saves.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;

use super::ImageError;

/// The command lines of engines, the first that is there and has the image is asked.
const PROGRAMS: &[&str] = &["docker", "podman"];

/// An engine that is saving an image.
pub(super) struct Saving {
    program: &'static str,
    image: String,
    child: Child,
    said: Option<JoinHandle<String>>,
}

/// The digests of the layers of `image`, as the engine that has it tells them.
///
/// # Errors
/// Where there is no engine, or none that has it.
pub fn layers_of(image: &str) -> Result<Vec<String>, ImageError> {
    for program in PROGRAMS {
        let format = "{{json .RootFS.Layers}}";
        let arguments = ["image", "inspect", "--format", format, "--", image];
        let found =
            Command::new(program).args(arguments).stdin(Stdio::null()).output().ok().filter(|it| it.status.success());
        if let Some(layers) = found.and_then(|it| serde_json::from_slice(&it.stdout).ok()) {
            return Ok(layers);
        }
    }
    Err(ImageError::at(image, "neither docker nor podman has this base image; pull it first"))
}

/// How many of the layers with these digests, from the lowest, are those of the largest image of an engine whose repository
/// `is_base`; 0 where there is none.
#[must_use]
pub fn n_layers_of_base(digests: &[&str], is_base: &dyn Fn(&str) -> bool) -> usize {
    PROGRAMS.iter().map(|it| n_layers_by(it, digests, is_base)).max().unwrap_or(0)
}

fn n_layers_by(program: &str, digests: &[&str], is_base: &dyn Fn(&str) -> bool) -> usize {
    let listed = answer(program, &["images", "--format", "{{.ID}} {{.Repository}}"]);
    let pairs = listed.lines().filter_map(|it| it.split_once(' '));
    let ids: BTreeSet<&str> = pairs.filter(|it| is_base(it.1)).map(|it| it.0).collect();
    if ids.is_empty() {
        return 0;
    }
    let arguments: Vec<&str> =
        ["image", "inspect", "--format", "{{json .RootFS.Layers}}"].into_iter().chain(ids).collect();
    let inspected = answer(program, &arguments);
    let bases = inspected.lines().filter_map(|it| serde_json::from_str::<Vec<String>>(it).ok());
    bases
        .filter(|it| it.len() <= digests.len() && it.iter().zip(digests).all(|(a, b)| a == b))
        .map(|it| it.len())
        .max()
        .unwrap_or(0)
}

/// What a program says; nothing where it is not there, or fails.
fn answer(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok();
    output.map(|it| String::from_utf8_lossy(&it.stdout).into_owned()).unwrap_or_default()
}

/// Has an engine save `image`, for `platform` where one is wanted.
///
/// # Errors
/// Where there is no engine, or none that has it.
pub(super) fn save(image: &str, platform: Option<&str>) -> Result<(Saving, ChildStdout), ImageError> {
    if image.starts_with('-') || image.is_empty() {
        return Err(ImageError::new(format!("`{image}` is not the name of an image")));
    }
    let mut refusals = Vec::new();
    for program in PROGRAMS {
        let arguments = ["image", "inspect", "--format", "{{.Id}}", image];
        match Command::new(program).args(arguments).stdin(Stdio::null()).output() {
            // A name without a tag would have all of its tags saved.
            Ok(output) if output.status.success() => {
                let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
                return start(program, image, &id, platform);
            }
            Ok(output) => refusals.push(refusal(program, &last_line(&output.stderr))),
            Err(_) => {}
        }
    }
    Err(ImageError::new(match refusals.is_empty() {
        true => format!(
            "no file or folder `{image}`, and neither docker nor podman is here to ask for an image of that name"
        ),
        false => format!("no file or folder `{image}`, and no image: {}", refusals.join("; ")),
    }))
}

/// Why a program has no image, and what to do about it.
fn refusal(program: &str, said: &str) -> String {
    let is_away = ["connect", "daemon is not running", "permission denied"].iter().any(|it| said.contains(it));
    let way_out = if is_away { "is it running, and may you use it?" } else { "build or pull it first" };
    format!("{program} says: {}; {way_out}", said.trim_end_matches(". Is the docker daemon running?"))
}

fn start(
    program: &'static str,
    image: &str,
    id: &str,
    platform: Option<&str>,
) -> Result<(Saving, ChildStdout), ImageError> {
    let mut command = Command::new(program);
    command.arg("save");
    if let Some(platform) = platform.filter(|_| program == "docker") {
        command.args(["--platform", platform]);
    }
    command.arg(id).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let failed = |it: io::Error| ImageError::at(program, format_args!("cannot be started: {it}"));
    let mut child = command.spawn().map_err(failed)?;
    // Both are piped.
    let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(ImageError::at(program, "its output cannot be read"));
    };
    let said = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let mut err = err;
        let _ = (&mut err).take(64 << 10).read_to_end(&mut bytes);
        let _ = io::copy(&mut err, &mut io::sink());
        last_line(&bytes)
    });
    Ok((Saving { program, image: image.to_owned(), child, said: Some(said) }, out))
}

impl Saving {
    /// Waits for the engine to end.
    ///
    /// # Errors
    /// Where it says that it failed.
    pub(super) fn end(&mut self) -> Result<(), ImageError> {
        let said = self.said.take().and_then(|it| it.join().ok()).unwrap_or_default();
        match self.child.wait() {
            Ok(status) if status.success() => Ok(()),
            _ => Err(ImageError::at(&self.image, format_args!("{} cannot save it: {said}", self.program))),
        }
    }
}

/// Whoever stops reading lets nobody write on.
impl Drop for Saving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program said last.
fn last_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines().rev().map(str::trim).find(|it| !it.is_empty()).unwrap_or("nothing").to_owned()
}
