//! One Dockerfile that is built as it is and as fixes leave it: each stage that ships.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::args::TrialArgs;
use super::Shown;
use crate::fix::FileChange;
use crate::linter::{FixResult, Input, Inspection};
use crate::prove::{Baseline, Options, Outcome, ProveError, Prover, Stop, Variant, Verdict};
use crate::report::prove::Proof;
use crate::syntax::SourceFile;

/// What Ctrl-C, SIGTERM and a closed terminal ask for.
pub(in super::super) fn stop_on_signal() -> Stop {
    let stop = Stop::default();
    let handle = stop.clone();
    // Where there is a handler already, that one ends the program.
    let _ = ctrlc::set_handler(move || handle.now());
    stop
}

/// A Dockerfile before its fixes, what was seen of it, and an engine to compare with.
pub(in super::super) struct Trial<'a> {
    input: &'a Input,
    prover: Prover<'a>,
    /// By the stages that ship.
    baselines: std::cell::RefCell<BTreeMap<usize, Baseline>>,
}

impl<'a> Trial<'a> {
    /// # Errors
    /// Where the build context is not known, or there is no engine.
    pub(in super::super) fn new(
        input: &'a Input,
        args: &TrialArgs,
        stop: &Stop,
        shown: &'a Shown,
    ) -> Result<Self, String> {
        let options = options(input, args)?;
        let prover = Prover::new(options, stop, shown).map_err(|it| it.to_string())?;
        Ok(Self { input, prover, baselines: std::cell::RefCell::default() })
    }

    /// What is said of the file as `result` has it, one a stage that ships.
    ///
    /// # Errors
    /// Where it can't be tried.
    pub(in super::super) fn prove(&self, result: &FixResult) -> Result<Vec<Proof>, ProveError> {
        let before = variants(self.input, ignore_before(self.input));
        let after = match self.after(result) {
            Ok(after) if after.len() == before.len() => after,
            Ok(_) => return Ok(vec![unseen("other stages ship after the fix".to_owned())]),
            Err(path) => {
                let reason =
                    format!("the fix changes `{path}` too, which is not built from here; apply it by hand and compare");
                return Ok(vec![unseen(reason)]);
            }
        };
        before.iter().zip(&after).enumerate().map(|(at, pair)| self.compare(at, pair)).collect()
    }

    fn compare(&self, at: usize, (before, after): (&Variant, &Variant)) -> Result<Proof, ProveError> {
        let known = self.baselines.borrow().get(&at).cloned();
        let baseline = match known {
            Some(it) => it,
            None => self.prover.baseline(before)?,
        };
        self.baselines.borrow_mut().insert(at, baseline.clone());
        let (seen, verdict) = self.prover.prove(after, &baseline)?;
        Ok(Proof { target: before.target.clone(), before: Some(baseline.seen), after: Some(seen), verdict })
    }

    /// The file after the fix; an error is a file that changes with it and belongs to the context.
    fn after(&self, result: &FixResult) -> Result<Vec<Variant>, String> {
        let project = &self.input.project;
        let (ignores, others): (Vec<&FileChange>, Vec<&FileChange>) =
            result.files.iter().partition(|it| it.path.ends_with(".dockerignore"));
        if let Some(other) = others.first() {
            return Err(other.path.clone());
        }
        let source = result.text.as_ref().map_or_else(|| self.input.source.clone(), |it| SourceFile::new(it.clone()));
        let ignore = ignores.first().map(|it| it.after.clone().into_bytes()).or_else(|| ignore_before(self.input));
        let files = result.files.iter().map(|it| (it.path.as_str(), it.after.as_str()));
        let project = std::sync::Arc::new(project.with_files(files));
        Ok(variants(&Input { source, project, ..self.input.clone() }, ignore))
    }
}

fn unseen(reason: String) -> Proof {
    Proof { target: None, before: None, after: None, verdict: Verdict::new(Outcome::NotProved, reason) }
}

/// What is built of the file: one a stage that ships.
fn variants(input: &Input, ignore: Option<Vec<u8>>) -> Vec<Variant> {
    let inspection = Inspection::new(input.clone());
    let targets = inspection.of_all_that_ships().map(|it| {
        let model = it.model();
        let production = model.production.as_ref()?.stage;
        let stage = production.index();
        let is_last = stage + 1 == model.stages.len();
        (!is_last).then(|| model.stages[production].name.clone().unwrap_or_else(|| stage.to_string()))
    });
    let text = input.source.text().to_string();
    targets.map(|target| Variant { text: text.clone(), ignore: ignore.clone(), target }).collect()
}

/// The ignore file that counts for the Dockerfile.
fn ignore_before(input: &Input) -> Option<Vec<u8>> {
    let path = input.project.dockerignore.path.as_deref()?;
    let read = || std::fs::read(input.project.place_of(path)?).ok();
    input.project.dockerignore.text.as_ref().map(|it| it.clone().into_bytes()).or_else(read)
}

fn options(input: &Input, args: &TrialArgs) -> Result<Options, String> {
    let context = input.project.root().map(std::path::Path::to_owned);
    let context =
        context.ok_or("the build context is not known, as no folder has all that is copied; `--context` names it")?;
    let missing = args.env_file.iter().find(|it| !it.is_file());
    if let Some(it) = missing {
        return Err(format!("there is no file `{}` to take variables from", it.display()));
    }
    let slashed = |it: &String| if it.starts_with('/') { it.clone() } else { format!("/{it}") };
    let paths: Vec<String> = args.path.iter().map(slashed).collect();
    Ok(Options {
        context,
        network: args.network.clone(),
        port: args.port,
        likely_ports: likely_ports(input),
        paths: if paths.is_empty() { vec!["/".to_owned()] } else { paths },
        env: args.env.clone(),
        env_files: args.env_file.clone(),
        build_args: args.build_arg.clone(),
        secrets: args.secret.clone(),
        command: args.command.as_deref().map(words).transpose()?.unwrap_or_default(),
        timeout: Duration::from_secs(args.timeout.unwrap_or(30)),
    })
}

/// The ports that what starts names in its sources.
fn likely_ports(input: &Input) -> Vec<u16> {
    let inspection = Inspection::new(input.clone());
    let listens = inspection.facts().known_runtime().map(|it| it.listens.clone()).unwrap_or_default();
    listens.iter().filter_map(|it| it.port).collect()
}

fn words(command: &str) -> Result<Vec<String>, String> {
    shlex::split(command)
        .filter(|it| !it.is_empty())
        .ok_or_else(|| format!("`{command}` is no command: a quote is not closed"))
}
