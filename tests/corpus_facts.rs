//! What ships, over real Dockerfiles, against a second reading of the same files by another program.
//!
//! `NODESTAGE_CORPUS` names a folder with `node/` (Dockerfiles and their neighbours) and `facts.jsonl`
//! (one reading a line). Where the two readings disagree, `corpus_facts.txt` says who is right and why.

#![allow(clippy::print_stderr, reason = "a measurement says what it found")]

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nodestage::config::Settings;
use nodestage::linter;
use nodestage::project::{EntryKind, Loader, Stamp};
use nodestage::stages::{Base, InstructionId, Model, Scope, StageId, User, Wanted};
use nodestage::syntax::Kind;

/// The repository of which `_tree.txt` lists all files, and of which some are stored.
struct Tree {
    root: PathBuf,
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
}

impl Tree {
    fn of(root: PathBuf) -> Self {
        let listed = std::fs::read_to_string(root.join("_tree.txt")).unwrap_or_default();
        let files: BTreeSet<String> = listed.lines().map(str::to_owned).collect();
        let mut folders: BTreeSet<String> = [String::new(), ".git".to_owned()].into();
        for file in &files {
            let ends = file.match_indices('/').map(|(at, _)| at);
            folders.extend(ends.map(|it| file[..it].to_owned()));
        }
        Self { root, files, folders }
    }

    fn relative<'p>(&self, path: &'p Path) -> Option<&'p str> {
        path.strip_prefix(&self.root).ok()?.to_str()
    }
}

impl Loader for Tree {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        let path = self.relative(path)?;
        let is_folder = self.folders.contains(path).then_some(EntryKind::Folder);
        is_folder.or(self.files.contains(path).then_some(EntryKind::File))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, EntryKind)>> {
        let folder = self.relative(folder).ok_or(io::ErrorKind::NotFound)?;
        let child = |path: &String| {
            let rest = if folder.is_empty() { path } else { path.strip_prefix(folder)?.strip_prefix('/')? };
            (!rest.is_empty() && !rest.contains('/')).then(|| rest.to_owned())
        };
        let folders = self.folders.iter().filter_map(child).map(|it| (it, EntryKind::Folder));
        let mut names: Vec<_> =
            folders.chain(self.files.iter().filter_map(child).map(|it| (it, EntryKind::File))).collect();
        names.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(names)
    }

    /// The corpus does not change.
    fn stamp(&self, _path: &Path) -> Stamp {
        Stamp::of(())
    }
}

const FACTS: &[&str] = &["root", "ships_dev", "whole", "final_from_stage"];

/// Our reading: `None` where the model calls it unknown.
fn read(model: &Model<'_>, fact: &str) -> Option<bool> {
    let stage = model.production_stage()?;
    match fact {
        "root" => match stage.contents.user.value {
            User::Unknown => None,
            ref user => Some(*user == User::Root),
        },
        "ships_dev" => {
            let scopes: Vec<_> = stage.contents.node_modules().map(|(_, it)| it.scope).collect();
            let all = scopes.contains(&Scope::All);
            if !all && scopes.contains(&Scope::Unknown) { None } else { Some(all) }
        }
        "whole" => Some(stage.instructions.clone().any(|it| copies_whole_workdir(model, it))),
        "final_from_stage" => Some(matches!(stage.base, Base::Stage(_))),
        _ => None,
    }
}

fn copies_whole_workdir(model: &Model<'_>, instruction: InstructionId) -> bool {
    let (Kind::Copy(copy), Some(from)) =
        (&model.instructions[instruction].kind, model.instructions[instruction].flag_value("from"))
    else {
        return false;
    };
    let named = |it: &&nodestage::stages::Stage| it.name.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(from));
    let numbered = from.parse::<usize>().ok().and_then(|it| model.stages.get(StageId::new(it)));
    let Some(stage) = model.stages.iter().rfind(named).or(numbered) else { return false };
    let workdirs = [stage.contents.workdir.value.clone(), written_workdir(model, stage)];
    let is_workdir = |source: &str| workdirs.iter().flatten().any(|it| it != "/" && it == source);
    let absolute = |it: &str| format!("/{}", it.trim_end_matches(['.', '/']).trim_start_matches('/'));
    copy.sources.iter().any(|it| is_workdir(&absolute(&it.value)))
}

/// The last WORKDIR of a stage as written, variables in it.
fn written_workdir(model: &Model<'_>, stage: &nodestage::stages::Stage) -> Option<String> {
    stage.instructions.clone().rev().find_map(|it| match &model.instructions[it].kind {
        Kind::Workdir(word) => Some(word.value.clone()),
        _ => None,
    })
}

struct Disagreement {
    key: (String, &'static str),
    ours: Option<bool>,
    theirs: bool,
}

fn compare(corpus: &Path) -> (usize, Vec<Disagreement>) {
    let facts = std::fs::read_to_string(corpus.join("facts.jsonl")).expect("facts.jsonl can be read");
    let mut n_compared = 0;
    let mut res = Vec::new();
    for line in facts.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        let file = line["f"].as_str().expect("a path");
        let repository: PathBuf = file.split('/').take(2).collect();
        let text = std::fs::read_to_string(corpus.join(file)).expect("a Dockerfile");
        let loader = Arc::new(Tree::of(corpus.join(repository)));
        let input = linter::load(loader, &corpus.join(file), text, Settings::default());
        let model = Model::build(input.source.text(), input.source.dockerfile(), &input.project, Wanted::Likely);
        for fact in FACTS {
            n_compared += 1;
            let (ours, theirs) = (read(&model, fact), line[fact].as_bool().unwrap_or_default());
            if ours != Some(theirs) {
                res.push(Disagreement { key: (file.to_owned(), fact), ours, theirs });
            }
        }
    }
    (n_compared, res)
}

/// `file<TAB>fact<TAB>who is right<TAB>why`
fn judged() -> BTreeMap<(String, String), String> {
    let lines = include_str!("corpus_facts.txt").lines().filter(|it| !it.starts_with('#') && !it.is_empty());
    let read = |line: &str| {
        let mut parts = line.split('\t').map(str::to_owned);
        Some(((parts.next()?, parts.next()?), parts.next()?))
    };
    lines.filter_map(read).collect()
}

#[test]
fn the_model_agrees_with_the_second_reading() {
    let Some(corpus) = std::env::var_os("NODESTAGE_CORPUS").map(PathBuf::from) else {
        eprintln!("skipped: NODESTAGE_CORPUS does not name a corpus folder");
        return;
    };
    let (n_compared, disagreements) = compare(&corpus);
    let judged = judged();
    let (mut n_wrong, mut n_open, mut unlisted) = (0, 0, 0);
    for it in &disagreements {
        let verdict = judged.get(&(it.key.0.clone(), it.key.1.to_owned())).map(String::as_str);
        match verdict {
            Some("ours") => {}
            Some("theirs") if it.ours.is_some() => n_wrong += 1,
            Some(_) => n_open += 1,
            None => {
                unlisted += 1;
                eprintln!("unlisted: {}\t{}\tours {:?}, theirs {}", it.key.0, it.key.1, it.ours, it.theirs);
            }
        }
    }
    eprintln!("{n_compared} compared, {} differ: {n_wrong} ours wrong, {n_open} open", disagreements.len());
    assert_eq!(unlisted, 0, "every disagreement is judged in corpus_facts.txt");
    let n_decided = n_compared - n_open;
    assert!(n_wrong * 50 <= n_decided, "{n_wrong} of {n_decided} wrong");
}
