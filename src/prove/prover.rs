//! One run: an engine, a scratch folder, and what is compared.

use super::cleanup::Scratch;
use super::engine::Engine;
use super::ports::{ImageConfig, Ports};
use super::start::start;
use super::{
    BuildFailure, Built, End, FailureKind, Figures, Observation, Options, Progress, ProveError, Stop, Variant, Verdict,
    build, compare,
};

/// Builds, starts and compares. All that it made goes with it.
pub struct Prover<'a> {
    scratch: Scratch,
    options: Options,
    progress: &'a dyn Progress,
}

/// What was seen before the fix, and on which ports.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// What was seen.
    pub seen: Observation,
    ports: Option<Ports>,
}

impl<'a> Prover<'a> {
    /// With the first engine that answers.
    ///
    /// # Errors
    /// Where there is none.
    pub fn new(options: Options, stop: &Stop, progress: &'a dyn Progress) -> Result<Self, ProveError> {
        Ok(Self { scratch: Scratch::new(Engine::find(stop)?)?, options, progress })
    }

    /// Looks at the file before the fix. Its image is started twice where it answers: what differs then differs always.
    ///
    /// # Errors
    /// Where it can't be tried.
    pub fn baseline(&self, variant: &Variant) -> Result<Baseline, ProveError> {
        let image = Image { prover: self, name: self.scratch.name("before"), what: "before the fix" };
        image.baseline(variant)
    }

    /// Looks at the file after the fix.
    ///
    /// # Errors
    /// Where it can't be tried.
    pub fn observe(&self, variant: &Variant, before: &Baseline) -> Result<Observation, ProveError> {
        let image = Image { prover: self, name: self.scratch.name("after"), what: "after the fix" };
        image.observe(variant, before)
    }

    /// What is said of both. Where the file does not build before the fix for a reason that is not its own, nothing else is
    /// tried.
    ///
    /// # Errors
    /// Where it can't be tried.
    pub fn prove(&self, variant: &Variant, before: &Baseline) -> Result<(Observation, Verdict), ProveError> {
        let after = match &before.seen {
            Observation::Failed(BuildFailure { kind, .. }) if *kind != FailureKind::Own => before.seen.clone(),
            _ => self.observe(variant, before)?,
        };
        let verdict = compare(&before.seen, &after, &self.options.paths);
        Ok((after, verdict))
    }
}

/// An image that is being looked at; it goes when that is done.
struct Image<'a> {
    prover: &'a Prover<'a>,
    name: String,
    what: &'a str,
}

impl Image<'_> {
    fn baseline(&self, variant: &Variant) -> Result<Baseline, ProveError> {
        let prover = self.prover;
        let time = match self.build(variant)? {
            Ok(time) => time,
            Err(failure) => return Ok(Baseline { seen: Observation::Failed(failure), ports: None }),
        };
        let ports = Ports::of(&self.config()?, &prover.options);
        let first = self.start(&ports, None, "starting")?;
        let again = match first.end {
            End::Answers { port, .. } => Some(self.start(&ports, Some(port), "starting again")?),
            _ => None,
        };
        let built = Built { time, figures: self.figures()?, start: first, again };
        Ok(Baseline { seen: Observation::Built(Box::new(built)), ports: Some(ports) })
    }

    fn observe(&self, variant: &Variant, before: &Baseline) -> Result<Observation, ProveError> {
        let time = match self.build(variant)? {
            Ok(time) => time,
            Err(failure) => return Ok(Observation::Failed(failure)),
        };
        let ports = match &before.ports {
            Some(ports) => ports.clone(),
            None => Ports::of(&self.config()?, &self.prover.options),
        };
        let port = before.seen.built().and_then(|it| match it.start.end {
            End::Answers { port, .. } => Some(port),
            _ => None,
        });
        let start = self.start(&ports, port, "starting")?;
        Ok(Observation::Built(Box::new(Built { time, figures: self.figures()?, start, again: None })))
    }

    fn build(&self, variant: &Variant) -> Result<Result<std::time::Duration, BuildFailure>, ProveError> {
        let prover = self.prover;
        prover.progress.step(&format!("building {}", self.what));
        build::build(&prover.scratch, variant, &prover.options, &self.name)
    }

    fn start(&self, ports: &Ports, port: Option<u16>, verb: &str) -> Result<super::Start, ProveError> {
        let prover = self.prover;
        prover.progress.step(&format!("{verb} {}", self.what));
        start(&prover.scratch, (&self.name, &format!("{}-started", self.name)), ports, port, &prover.options)
    }

    fn figures(&self) -> Result<Figures, ProveError> {
        let prover = self.prover;
        prover.progress.step(&format!("looking into the image {}", self.what));
        prover.scratch.engine.stop.check()?;
        Figures::read(&self.name, &prover.options.context)
    }

    fn config(&self) -> Result<ImageConfig, ProveError> {
        let said = self.prover.scratch.engine.ask(&["image", "inspect", "--format", "{{json .Config}}", &self.name])?;
        serde_json::from_str(&said).map_err(|it| ProveError::Image(it.to_string()))
    }
}

impl Drop for Image<'_> {
    fn drop(&mut self) {
        self.prover.scratch.remove_image(&self.name);
    }
}
