//! Cases for tests: a Dockerfile and its project in memory, checked and fixed through the linter's doors.
//!
//! Every check of a case also asks what must hold for all: the items tile the file, a fixed file is
//! fixed for good, no comment is lost, no syntax error appears, and only rules that say so have fixes.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::Settings;
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::{Effect, effect_of};
use crate::fix::{Applicability, FileChange};
use crate::linter::{self, CheckResult, FixOptions, Input, Inspection};
use crate::project::{EntryKind, Loader, Overlay, Project, Stamp};
use crate::rules::{RULES, Rule};
use crate::text::Text;

const ROOT: &str = "/repo";

/// A Dockerfile, the files beside it, and what is asked of it.
#[derive(Clone, Default)]
pub struct Case {
    files: BTreeMap<PathBuf, String>,
    settings: Settings,
    rules: Vec<&'static Rule>,
    name: Option<String>,
    closed: Closed,
}

/// Where only the owner may read what is there.
#[derive(Clone, Default)]
struct Closed(BTreeSet<PathBuf>);

impl Loader for Closed {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        ().read(path)
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        ().kind(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, EntryKind)>> {
        ().list(folder)
    }

    fn is_closed(&self, path: &Path) -> bool {
        self.0.contains(path)
    }

    fn stamp(&self, path: &Path) -> Stamp {
        ().stamp(path)
    }
}

impl Case {
    /// Nothing yet; all rules.
    #[must_use]
    pub fn new() -> Self {
        Self { rules: RULES.to_vec(), ..Self::default() }
    }

    /// For one rule.
    #[must_use]
    pub fn of(rule: &'static Rule) -> Self {
        Self { rules: vec![rule], ..Self::default() }
    }

    /// With a file of the build context; its path from the root.
    #[must_use]
    pub fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(Path::new(ROOT).join(path), text.to_owned());
        self
    }

    /// With these files.
    #[must_use]
    pub fn files(self, files: &[(&str, &str)]) -> Self {
        files.iter().fold(self, |case, (path, text)| case.file(path, text))
    }

    /// With all files below `folder` whose path from there is wanted.
    ///
    /// # Panics
    /// Where a file can't be read as text.
    #[must_use]
    pub fn folder(self, folder: &Path, is_wanted: impl Fn(&str) -> bool) -> Self {
        let mut case = self;
        let mut work = vec![folder.to_owned()];
        while let Some(path) = work.pop() {
            if path.is_dir() {
                work.extend(std::fs::read_dir(&path).expect("the folder can be read").flatten().map(|it| it.path()));
                continue;
            }
            let name = path.strip_prefix(folder).expect("below the folder").to_string_lossy().replace('\\', "/");
            if is_wanted(&name) {
                case = case.file(&name, &std::fs::read_to_string(&path).expect("fixtures are text"));
            }
        }
        case
    }

    /// With a file or a folder that only its owner may read, or enter.
    #[must_use]
    pub fn closed(mut self, path: &str) -> Self {
        self.closed.0.insert(Path::new(ROOT).join(path));
        self
    }

    /// With these settings.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// With the Dockerfile at this path from the root.
    #[must_use]
    pub fn at(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    fn input(&self, dockerfile: &str) -> Input {
        let path = Path::new(ROOT).join(self.name.as_deref().unwrap_or("Dockerfile"));
        let mut files = self.files.clone();
        files.insert(Path::new(ROOT).join(".git/HEAD"), String::new());
        files.insert(path.clone(), dockerfile.to_owned());
        linter::load(
            Arc::new(Overlay::new(files, self.closed.clone())),
            &path,
            dockerfile.to_owned(),
            self.settings.clone(),
        )
    }

    /// The project that belongs to a Dockerfile.
    #[must_use]
    pub fn project(&self, dockerfile: &str) -> Arc<Project> {
        self.input(dockerfile).project
    }

    /// What the rules look at.
    #[must_use]
    pub fn inspection(&self, dockerfile: &str) -> Inspection {
        Inspection::new(self.input(dockerfile))
    }

    /// What the rules find.
    ///
    /// # Panics
    /// Where something does not hold that holds for every file.
    #[must_use]
    #[track_caller]
    pub fn check(&self, dockerfile: &str) -> Vec<Diagnostic> {
        check_tiles(dockerfile);
        let CheckResult { diagnostics, .. } = linter::check_with(&self.input(dockerfile), &self.rules);
        for it in &diagnostics {
            check_diagnostic(dockerfile, it);
        }
        check_premises(&Inspection::new(self.input(dockerfile)), &diagnostics);
        diagnostics
    }

    /// The Dockerfile with all fixes from `minimum` on.
    ///
    /// # Panics
    /// Where something does not hold that holds for every file.
    #[must_use]
    #[track_caller]
    pub fn fix(&self, dockerfile: &str, minimum: Applicability) -> String {
        self.fix_all(dockerfile, minimum).0
    }

    /// As [`fix`](Self::fix), with the other files that change.
    ///
    /// # Panics
    /// Where something does not hold that holds for every file.
    #[must_use]
    #[track_caller]
    pub fn fix_all(&self, dockerfile: &str, minimum: Applicability) -> (String, Vec<FileChange>) {
        let _ = self.check(dockerfile);
        let (fixed, files) = self.fix_once(dockerfile, minimum);
        check_tiles(&fixed);
        check_comments(dockerfile, &fixed);
        check_arrays(dockerfile, &fixed);
        let again = files.iter().fold(self.clone(), |case, it| case.file(&it.path, &it.after));
        assert_eq!((fixed.clone(), Vec::new()), again.fix_once(&fixed, minimum), "a fixed file is fixed for good");
        (fixed, files)
    }

    #[track_caller]
    fn fix_once(&self, dockerfile: &str, minimum: Applicability) -> (String, Vec<FileChange>) {
        let options = FixOptions { minimum, ..FixOptions::default() };
        let res = linter::fix_with(&self.input(dockerfile), &options, &self.rules);
        assert_eq!(res.reverted, None, "fixes were taken back in\n{dockerfile}");
        res.files.iter().for_each(check_change);
        (res.text.unwrap_or_else(|| dockerfile.to_owned()), res.files)
    }

    /// What the rules find, a line each: `5: warning[root-user] The production stage…`, with what is
    /// offered or why not.
    ///
    /// # Panics
    /// Where something does not hold that holds for every file.
    #[must_use]
    #[track_caller]
    pub fn report(&self, dockerfile: &str) -> String {
        let text = Text::from(dockerfile.to_owned());
        self.check(dockerfile).iter().map(|it| report_line(&text, it)).collect()
    }
}

/// The files `own`, with `other` in place of those of the same paths or besides.
#[cfg(test)]
pub(crate) fn replaced<'a>(own: &[(&'a str, &'a str)], other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = own.iter().filter(|it| !other.iter().any(|other| other.0 == it.0));
    kept.chain(other).copied().collect()
}

fn report_line(text: &Text, diagnostic: &Diagnostic) -> String {
    let at = text.line_column(diagnostic.range.start());
    let mut res =
        format!("{}:{}: {}[{}] {}\n", at.line, at.column, severity(diagnostic), diagnostic.rule, diagnostic.message);
    if let Some(fix) = &diagnostic.fix {
        res.push_str(&format!("  fix ({}): {}\n", applicability(fix.applicability), fix.title));
    }
    if let Some(reason) = &diagnostic.held_back {
        res.push_str(&format!("  held back: {reason}\n"));
    }
    res
}

fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

fn applicability(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
        Applicability::DisplayOnly => "shown only",
    }
}

#[track_caller]
fn check_tiles(text: &str) {
    let parse = crate::syntax::parse(text);
    let mut end = crate::text::offset(0);
    for item in &parse.dockerfile.items {
        assert_eq!(item.range().start(), end, "the items tile\n{text}");
        end = item.range().end();
    }
    assert_eq!(usize::from(end), text.len(), "the items reach the end of\n{text}");
}

#[track_caller]
fn check_diagnostic(text: &str, diagnostic: &Diagnostic) {
    assert!(usize::from(diagnostic.range.end()) <= text.len(), "in bounds: {diagnostic:?}");
    assert!(!diagnostic.message.ends_with('.'), "no full stop: {}", diagnostic.message);
    let rule = RULES.iter().find(|it| it.name == diagnostic.rule);
    assert!(
        diagnostic.fix.is_none() || rule.is_none_or(|it| it.fixable),
        "{} has fixes, but does not say so",
        diagnostic.rule
    );
    let is_unsafe = diagnostic.fix.as_ref().is_some_and(|it| it.applicability == Applicability::Unsafe);
    assert!(!is_unsafe || diagnostic.held_back.is_some(), "an unsafe fix says why: {}", diagnostic.message);
}

/// Rules whose fixes leave packages, files or steps out.
const LEAVING_OUT: &[&str] =
    &["single-stage-build", "production-from-build", "whole-stage-copy", "dev-dependencies", "build-in-production"];

/// What a diagnostic doubts when it holds a fix back, and the rules whose fixes rest on the same.
const SHARED_DOUBTS: &[(&str, &[&[&str]])] = &[
    ("it is not known what the container starts", &[LEAVING_OUT, &["root-user", "missing-node-env"]]),
    ("it is not known whose package.json ships", &[LEAVING_OUT]),
    ("was not found", &[LEAVING_OUT]),
];

/// No safe fix rests on something that another diagnostic of the same report doubts, and none that leaves something
/// out stands on a command of which nothing is known.
///
/// # Panics
/// Where one does.
#[track_caller]
pub fn check_premises(inspection: &Inspection, diagnostics: &[Diagnostic]) {
    let is_safe = |it: &&Diagnostic| it.fix.as_ref().is_some_and(|it| it.applicability == Applicability::Safe);
    for safe in diagnostics.iter().filter(is_safe) {
        for (doubt, rules) in SHARED_DOUBTS.iter().filter(|it| it.1.iter().any(|it| it.contains(&safe.rule))) {
            let doubts = |it: &&Diagnostic| it.held_back.as_ref().is_some_and(|it| it.contains(doubt));
            let doubted =
                diagnostics.iter().filter(|it| rules.iter().any(|rules| rules.contains(&it.rule))).find(doubts);
            assert!(
                doubted.is_none(),
                "{} is safe, and {doubted:?} doubts the same in\n{}",
                safe.rule,
                inspection.text()
            );
        }
        if LEAVING_OUT.contains(&safe.rule) {
            let unknown = unknown_command(inspection);
            assert_eq!(unknown, None, "{} is safe in\n{}", safe.rule, inspection.text());
        }
    }
}

/// The first command after an install, in the stages behind the one that ships, that nobody described.
fn unknown_command(inspection: &Inspection) -> Option<String> {
    let model = inspection.model();
    let shipped = model.production_stage()?.contents.node_modules().map(|(_, it)| &model.installs[it.install]);
    let first = shipped.min_by_key(|it| it.command.range.start())?;
    let stage = &model.stages[first.stage];
    let runs = stage.instructions.clone().filter_map(|it| model.scripts[it].as_ref().zip(Some(model.instructions[it])));
    let runs = runs.filter(|(_, it)| matches!(it.kind, crate::syntax::Kind::Run(_)));
    let mut later = runs.flat_map(|it| &it.0.commands).filter(|it| it.range.start() >= first.command.range.end());
    later.find_map(|it| match effect_of(it) {
        Effect::Unknown(program) => Some(program),
        _ => None,
    })
}

/// No line of another file is lost.
#[track_caller]
fn check_change(change: &FileChange) {
    for line in change.before.iter().flat_map(|it| it.lines()) {
        assert!(change.after.lines().any(|it| it == line), "the line {line:?} is lost in\n{}", change.after);
    }
}

/// No fix makes shell text of an array of words, which the shell would take for a test: `RUN ["npm", ci]`.
#[track_caller]
fn check_arrays(before: &str, after: &str) {
    let broken = |text: &str| {
        let is_broken = |it: &crate::syntax::Instruction| match it.kind {
            crate::syntax::Kind::Run(crate::syntax::CommandForm::Shell(range)) => text[range].trim().starts_with('['),
            _ => false,
        };
        crate::syntax::parse(text).dockerfile.instructions().filter(|it| is_broken(it)).count()
    };
    assert!(broken(after) <= broken(before), "an array of words is shell text now in\n{after}");
}

#[track_caller]
fn check_comments(before: &str, after: &str) {
    for line in before.lines().map(str::trim).filter(|it| it.starts_with('#')) {
        assert!(after.lines().any(|it| it.trim() == line), "the comment {line:?} is lost in\n{after}");
    }
}

/// `before` becomes `after` by the safe fixes of `rule`.
///
/// # Panics
/// Where it does not.
#[track_caller]
pub fn check_fix(rule: &'static Rule, files: &[(&str, &str)], before: &str, after: &str) {
    let case = Case::of(rule).files(files);
    let fixed = case.fix(before, Applicability::Safe);
    assert!(fixed == after, "{}\nis not\n{after}\nreport:\n{}", fixed, case.report(before));
}

/// As [`check_fix`], with the unsafe fixes too; without them nothing happens.
///
/// # Panics
/// Where it does not.
#[track_caller]
pub fn check_unsafe_fix(rule: &'static Rule, files: &[(&str, &str)], before: &str, after: &str) {
    let case = Case::of(rule).files(files);
    assert_eq!(case.fix(before, Applicability::Safe), before, "nothing is safe here");
    let fixed = case.fix(before, Applicability::Unsafe);
    assert!(fixed == after, "{}\nis not\n{after}\nreport:\n{}", fixed, case.report(before));
}

/// `rule` reports exactly this, see [`Case::report`].
///
/// # Panics
/// Where it does not.
#[track_caller]
pub fn check_diagnostics(rule: &'static Rule, files: &[(&str, &str)], dockerfile: &str, expected: &str) {
    let report = Case::of(rule).files(files).report(dockerfile);
    assert!(report == expected, "{report}\nis not\n{expected}");
}

/// `rule` reports nothing.
///
/// # Panics
/// Where it does.
#[track_caller]
pub fn check_clean(rule: &'static Rule, files: &[(&str, &str)], dockerfile: &str) {
    check_diagnostics(rule, files, dockerfile, "");
}

/// `rule` reports one thing, and has no safe fix for it because of `reason`.
///
/// # Panics
/// Where it does not.
#[track_caller]
pub fn check_held_back(rule: &'static Rule, files: &[(&str, &str)], dockerfile: &str, reason: &str) {
    let case = Case::of(rule).files(files);
    let found = case.check(dockerfile);
    let reasons: Vec<_> = found.iter().map(|it| it.held_back.as_deref()).collect();
    assert_eq!(reasons, [Some(reason)], "{}", case.report(dockerfile));
    assert_eq!(case.fix(dockerfile, Applicability::Safe), dockerfile);
}

/// The fixes of `rule` from `minimum` on leave the Dockerfile as it is and change the other files to
/// these.
///
/// # Panics
/// Where they do not.
#[track_caller]
pub fn check_other_files(
    rule: &'static Rule,
    files: &[(&str, &str)],
    dockerfile: &str,
    minimum: Applicability,
    after: &[(&str, &str)],
) {
    let case = Case::of(rule).files(files);
    let (fixed, changes) = case.fix_all(dockerfile, minimum);
    let changes: Vec<(&str, &str)> = changes.iter().map(|it| (it.path.as_str(), it.after.as_str())).collect();
    assert!(
        changes == after && fixed == dockerfile,
        "{changes:?}\nis not\n{after:?}\nreport:\n{}",
        case.report(dockerfile)
    );
}
