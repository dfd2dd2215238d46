//! What `check` and `fix` share: finding the files, loading each with its settings and project.

use std::collections::BTreeSet;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::args::{FileArgs, ReportArgs};
use super::changed::Changed;
use super::paths::{self, Target};
use super::{output, parallel, read};
use crate::config::{Configs, Settings, Source};
use crate::linter::{self, Input};
use crate::paths::lexical;
use crate::project::{Disk, Loader, Problem, Snapshot};
use crate::report::base::Base;
use crate::report::{FileReport, ProblemReport, summary};

/// One run over some files.
pub(super) struct Session<'a> {
    args: &'a FileArgs,
    configs: Configs,
    loader: Arc<dyn Loader>,
    folder: PathBuf,
    excluded: Mutex<Vec<PathBuf>>,
}

/// What came of all files: reports in the order of the files, and what could not be done.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) files: Vec<FileReport>,
    pub(super) errors: Vec<String>,
}

/// A file that is loaded.
pub(super) struct Loaded {
    pub(super) input: Input,
    /// As typed.
    pub(super) path: PathBuf,
}

impl<'a> Session<'a> {
    /// # Errors
    /// Where the current folder is gone.
    pub(super) fn new(args: &'a FileArgs) -> std::io::Result<Self> {
        let folder = std::env::current_dir()?;
        let source = match &args.config {
            // Who names it may keep it elsewhere, and link to it.
            Some(file) => {
                Source::File(lexical(&folder.join(file)).canonicalize().unwrap_or_else(|_| folder.join(file)))
            }
            None if args.isolated => Source::Isolated,
            None => Source::Nearest,
        };
        let loader: Arc<dyn Loader> = Arc::new(Snapshot::new(Arc::new(Disk)));
        let configs = Configs::new(source, linter::rule_names().collect(), Arc::clone(&loader));
        Ok(Self { args, configs, loader, folder, excluded: Mutex::default() })
    }

    /// Loads every file and does `work` on it, in parallel. What cannot be done is an error of that file
    /// only.
    pub(super) fn each<T: Send>(&self, work: impl Fn(Loaded) -> Result<T, String> + Sync) -> (Vec<T>, Vec<String>) {
        let (targets, mut errors) = self.targets();
        let one = |it: &Target| guarded(&it.path, || self.load(it)?.map(&work).transpose());
        let mut done = Vec::new();
        for result in parallel::map(&targets, |it| one(it).transpose()).into_iter().flatten() {
            match result {
                Ok(it) => done.push(it),
                Err(error) if errors.contains(&error) => {}
                Err(error) => errors.push(error),
            }
        }
        (done, errors)
    }

    fn targets(&self) -> (Vec<Target>, Vec<String>) {
        if let Some(error) = self.args.misread_stdin() {
            return (Vec::new(), vec![error]);
        }
        let mut found = paths::find(&*self.loader, &self.args.paths());
        if self.args.allow_no_dockerfiles {
            found.empty.iter().for_each(|it| output::warn(it));
        } else {
            found.errors.append(&mut found.empty);
        }
        (found.found, found.errors)
    }

    /// The files that configuration left out so far.
    pub(super) fn excluded(&self) -> Vec<PathBuf> {
        let mut res = self.excluded.lock().unwrap_or_else(PoisonError::into_inner).clone();
        res.sort();
        res
    }

    /// `None` where configuration excludes the file.
    fn load(&self, target: &Target) -> Result<Option<Loaded>, String> {
        let place = self.place(&target.path);
        let at = place.clone().unwrap_or_else(|| self.folder.join("Dockerfile"));
        let options = self.configs.options(&at).map_err(|it| self.relative_message(&it.to_string()))?;
        let excludable = !target.named || self.args.force_exclude;
        if excludable && options.as_ref().is_some_and(|it| it.excludes(&at)) {
            self.excluded.lock().unwrap_or_else(PoisonError::into_inner).push(self.shown(&target.path));
            return Ok(None);
        }
        let settings = self.settings(options.map(|it| it.settings(&at)).unwrap_or_default());
        self.context_is_there(&settings)?;
        let text = read::read(&target.path)?;
        let input = match place.or_else(|| settings.context.is_some().then_some(at)) {
            Some(at) => linter::load(Arc::clone(&self.loader), &at, text, settings),
            None => linter::load_unplaced(Arc::clone(&self.loader), text, settings),
        };
        if let Some(excess) = linter::excess(&input.source) {
            return Err(format!("{}: {excess}", self.shown(&target.path).display()));
        }
        let missing = |it: &String| Some((it.clone(), linter::stages_without(input.source.dockerfile(), it)?));
        if let Some((name, names)) = input.settings.targets.iter().find_map(missing) {
            return Err(format!("{}: {}", self.shown(&target.path).display(), linter::no_stage(&name, &names)));
        }
        Ok(Some(Loaded { input, path: self.shown(&target.path) }))
    }

    fn context_is_there(&self, settings: &Settings) -> Result<(), String> {
        match &settings.context {
            Some(it) if !it.is_dir() => {
                Err(format!("there is no folder `{}` to be the build context", self.called(it)))
            }
            _ => Ok(()),
        }
    }

    /// The current folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether what has changed concerns the file.
    pub(super) fn is_among(&self, changed: &Changed, loaded: &Loaded) -> bool {
        self.place(&loaded.path).is_some_and(|it| changed.concerns(&it, loaded.input.project.root()))
    }

    /// How programs name files: from what the runner checked out, where it says so and we are in it.
    pub(super) fn base(&self) -> Base {
        let roots = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"].iter().filter_map(std::env::var_os).map(PathBuf::from);
        let root = roots.into_iter().find(|it| it.is_absolute() && self.folder.starts_with(it));
        Base { folder: self.folder.clone(), root: root.unwrap_or_else(|| self.folder.clone()) }
    }

    /// Where the file stands, absolute; stdin may stand nowhere.
    pub(super) fn place(&self, path: &Path) -> Option<PathBuf> {
        let path = if read::is_stdin(path) { self.args.stdin_filename.as_deref()? } else { path };
        Some(lexical(&self.folder.join(path)))
    }

    fn shown(&self, path: &Path) -> PathBuf {
        match &self.args.stdin_filename {
            Some(name) if read::is_stdin(path) => name.clone(),
            _ => path.to_owned(),
        }
    }

    fn settings(&self, from_file: Settings) -> Settings {
        let context = self.args.context.as_ref().map(|it| lexical(&self.folder.join(it)));
        Settings {
            targets: if self.args.targets.is_empty() { from_file.targets } else { self.args.targets.clone() },
            context: context.or(from_file.context),
            ..from_file
        }
    }

    /// A report of `loaded` with nothing in it yet but its project's problems.
    pub(super) fn report(&self, loaded: &Loaded, problems: &[Problem]) -> FileReport {
        let context = loaded.input.project.root().map(|it| self.relative(it)).unwrap_or_default();
        let problems = problems.iter().map(|it| ProblemReport {
            path: format!("{context}{}", it.site.path),
            line: it.site.line,
            message: it.message.clone(),
        });
        let problems = problems.collect();
        FileReport { path: loaded.path.display().to_string(), context, problems, ..FileReport::default() }
    }

    /// What a file is called that nobody named.
    pub(super) fn called(&self, path: &Path) -> String {
        path.strip_prefix(&self.folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }

    /// What `folder` is called in front of a path: empty for the current one.
    fn relative(&self, folder: &Path) -> String {
        let shown = self.called(folder);
        if shown.is_empty() || shown.ends_with('/') { shown } else { shown + "/" }
    }

    fn relative_message(&self, message: &str) -> String {
        message.strip_prefix(&format!("{}/", self.folder.display())).unwrap_or(message).to_owned()
    }
}

/// A fault of ours in one file must not take the others along.
pub(super) fn guarded<T>(path: &Path, work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(format!("{}: nodestage failed on this file; please report it with the text above", path.display()))
    })
}

impl Outcome {
    /// Says on stderr what was looked at, where that is wanted, and what else would be taken for clean.
    pub(super) fn tell(&self, session: &Session<'_>, args: &ReportArgs) -> std::io::Result<()> {
        let (out, excluded) = (&mut output::stderr(), session.excluded());
        if args.verbose {
            self.files.iter().try_for_each(|it| summary::write_looked_at(out, it))?;
            excluded.iter().try_for_each(|it| writeln!(out, "{}: left out by `exclude`", it.display()))?;
        }
        if self.files.is_empty() && self.errors.is_empty() && !args.quiet {
            summary::write_nothing(out, excluded.len())?;
        }
        Ok(())
    }

    /// Says on stderr what could not be done, and which files of the projects are broken, each once.
    pub(super) fn complain(&self) {
        let problems: BTreeSet<&ProblemReport> = self.files.iter().flat_map(|it| &it.problems).collect();
        for problem in problems {
            output::warn(&problem.to_string());
        }
        for error in &self.errors {
            output::fail(error);
        }
    }
}
