//! `nodestage prove`

mod progress;
mod trial;

use std::io::{self, Write};

use super::args::{Format, ProveArgs};
use super::session::{Loaded, Session};
use super::{Status, fix, output};
use crate::fix::Applicability;
use crate::linter::{self, FixOptions};
use crate::prove::Outcome;
use crate::report::prove::{ProofReport, write_concise, write_full, write_json};

pub(super) use progress::Shown;
pub(super) use trial::{Trial, stop_on_signal};

pub(super) fn run(args: &ProveArgs) -> io::Result<Status> {
    if let Some(error) = args.rules.iter().find_map(|it| fix::unknown_rule(it)) {
        output::fail(&error);
        return Ok(Status::Failure);
    }
    let session = Session::new(&args.files)?;
    let (files, errors) = session.each(Ok);
    let mut outcome = Proved { reports: Vec::new(), errors };
    let stop = stop_on_signal();
    for file in files {
        match prove(&file, args, &stop) {
            Ok(report) => outcome.reports.push(report),
            Err(error) => outcome.errors.push(format!("{}: {error}", file.path.display())),
        }
        if stop.is_wanted() {
            break;
        }
    }
    outcome.write(args)
}

struct Proved {
    reports: Vec<ProofReport>,
    errors: Vec<String>,
}

impl Proved {
    fn write(&self, args: &ProveArgs) -> io::Result<Status> {
        self.errors.iter().for_each(|it| output::fail(it));
        let out = &mut output::stdout();
        match if args.json { Format::Json } else { args.output_format } {
            Format::Full => self.reports.iter().try_for_each(|it| write_full(out, it)),
            Format::Concise => self.reports.iter().try_for_each(|it| write_concise(out, it)),
            Format::Json => write_json(out, &self.reports, &self.errors),
        }?;
        out.flush()?;
        let found = self.reports.iter().any(|it| it.outcome() != Outcome::Proved);
        Ok(Status::of(found, !self.errors.is_empty()))
    }
}

fn prove(file: &Loaded, args: &ProveArgs, stop: &crate::prove::Stop) -> Result<ProofReport, String> {
    let options = FixOptions {
        minimum: if args.r#unsafe { Applicability::Unsafe } else { Applicability::Safe },
        rules: (!args.rules.is_empty()).then(|| args.rules.clone()),
        ..FixOptions::default()
    };
    let shown = Shown::new(&file.path);
    let result = linter::fix(&file.input, &options);
    if result.text.is_none() && result.files.is_empty() {
        return Ok(ProofReport::nothing(file.path.display().to_string()));
    }
    let trial = Trial::new(&file.input, &args.trial, stop, &shown)?;
    let proofs = trial.prove(&result).map_err(|it| it.to_string())?;
    Ok(ProofReport { path: file.path.display().to_string(), applied: result.applied, proofs })
}
