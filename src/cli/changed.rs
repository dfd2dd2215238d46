//! `--changed-since`: what Git says has changed.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::FILE_NAME;

/// The files that differ from a revision, absolute.
pub(super) struct Changed(BTreeSet<PathBuf>);

impl Changed {
    /// What differs between the working tree around `folder` and where `revision` and it parted; files that are new to
    /// Git are among it.
    ///
    /// # Errors
    /// Where there is no Git, no repository, or no such revision.
    pub(super) fn since(folder: &Path, revision: &str) -> Result<Self, String> {
        let root = PathBuf::from(git(folder, &["rev-parse", "--show-toplevel"])?.trim_end_matches('\n'));
        let named = format!("{revision}^{{commit}}");
        let commit = git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &named])
            .map_err(|it| if it.is_empty() { format!("there is no revision `{revision}`") } else { it })?;
        // A shallow copy of a repository may not have where they parted.
        let parted = git(folder, &["merge-base", commit.trim_end(), "HEAD"]);
        let from = parted.as_deref().unwrap_or(&commit).trim_end();
        let differing = git(&root, &["diff", "--name-only", "--no-renames", "-z", from, "--"])?;
        let new = git(&root, &["ls-files", "--others", "--exclude-standard", "-z"])?;
        let paths = differing.split('\0').chain(new.split('\0')).filter(|it| !it.is_empty());
        Ok(Self(paths.map(|it| root.join(it)).collect()))
    }

    /// Whether the Dockerfile at `place`, a file of its context, or a nodestage.toml above it has changed. Without a
    /// context, which may be anywhere, the folder that it is in counts.
    pub(super) fn concerns(&self, place: &Path, context: Option<&Path>) -> bool {
        let place = place.canonicalize().unwrap_or_else(|_| place.to_owned());
        let folder = context.map(|it| it.canonicalize().unwrap_or_else(|_| it.to_owned()));
        let folder = folder.as_deref().or(place.parent()).unwrap_or(&place);
        let is_config = |it: &Path| it.ends_with(FILE_NAME) && it.parent().is_some_and(|it| place.starts_with(it));
        self.0.iter().any(|it| *it == place || it.starts_with(folder) || is_config(it))
    }
}

/// What Git prints. The monitor would be a program that the repository's configuration names.
fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "core.fsmonitor=false"]).args(arguments);
    let output = command.output().map_err(|it| match it.kind() {
        io::ErrorKind::NotFound => "`--changed-since` asks git, and there is no git on the PATH".to_owned(),
        _ => format!("git can't be run: {it}"),
    })?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}
