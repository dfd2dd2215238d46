//! What is found of several stages that ship, as one list: a layer that they share is reported once, and changed only as far
//! as all of them agree.

use crate::diagnostic::Diagnostic;
use crate::fix::{Applicability, Fix};
use crate::inspection::Inspection;
use crate::stages::StageId;
use crate::text::TextRange;

/// What one of the stages is found to have.
pub(super) struct Found<'a> {
    pub(super) by: &'a Inspection,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// One list of all that is found, each thing once.
pub(super) fn all(found: Vec<Found<'_>>) -> Vec<Diagnostic> {
    let agreed: Vec<Vec<Diagnostic>> = found.iter().map(|it| with_consent(it, &found)).collect();
    let mut res: Vec<Diagnostic> = Vec::new();
    for diagnostic in agreed.into_iter().flatten() {
        match res.iter_mut().find(|it| says_the_same(it, &diagnostic)) {
            Some(known) if applicability(known) < applicability(&diagnostic) => *known = diagnostic,
            Some(_) => {}
            None => res.push(diagnostic),
        }
    }
    res
}

fn says_the_same(a: &Diagnostic, b: &Diagnostic) -> bool {
    (a.rule, a.range, &a.message) == (b.rule, b.range, &b.message)
}

fn applicability(diagnostic: &Diagnostic) -> Option<Applicability> {
    diagnostic.fix.as_ref().map(|it| it.applicability)
}

/// The diagnostics of one stage, their fixes as safe as the other stages have them.
fn with_consent(own: &Found<'_>, all: &[Found<'_>]) -> Vec<Diagnostic> {
    let others = || all.iter().filter(|it| !std::ptr::eq(it.by, own.by));
    let mut res = own.diagnostics.clone();
    for diagnostic in &mut res {
        for other in others() {
            if diagnostic.fix.as_ref().is_some_and(|it| is_shared(it, own.by, other.by)) {
                ask(diagnostic, other);
            }
        }
    }
    res
}

/// Lowers the fix to what the other stage says of the same place.
fn ask(diagnostic: &mut Diagnostic, other: &Found<'_>) {
    let same = other.diagnostics.iter().find(|it| (it.rule, it.range) == (diagnostic.rule, diagnostic.range));
    match same {
        Some(same) if applicability(same) < applicability(diagnostic) => {
            diagnostic.fix.clone_from(&same.fix);
            diagnostic.held_back.clone_from(&same.held_back);
        }
        Some(_) => {}
        None => {
            let doubt = format!("{} ships too, and may need it", name(other.by));
            let known = diagnostic.held_back.take().map(|it| format!("; {it}")).unwrap_or_default();
            diagnostic.held_back = Some(doubt + &known);
            diagnostic.fix.iter_mut().for_each(|it| it.applicability = it.applicability.min(Applicability::Unsafe));
        }
    }
}

fn name(inspection: &Inspection) -> String {
    let model = inspection.model();
    model.production.as_ref().map_or_else(String::new, |it| format!("the stage `{}`", model.name_of(it.stage)))
}

/// Whether a fix changes a stage that two stages that ship have something of. What is built on the stage itself is for the
/// rule to ask about.
fn is_shared(fix: &Fix, own: &Inspection, other: &Inspection) -> bool {
    let production = |it: &Inspection| it.model().production.as_ref().map(|it| it.stage);
    let (Some(own_stage), Some(other_stage)) = (production(own), production(other)) else { return false };
    let feeding = own.model().feeding(other_stage);
    let mut changed = fix.edits().iter().filter_map(|it| stage_at(own, it.range()));
    changed.any(|it| it != own_stage && it != other_stage && feeding.contains(&it))
}

/// The stage that an edit changes; one between two instructions belongs to the upper one's.
fn stage_at(inspection: &Inspection, range: TextRange) -> Option<StageId> {
    let model = inspection.model();
    let is_above = |it: &TextRange| it.start() < range.end() || it.start() == range.start() && !range.is_empty();
    let (at, _) = model.instructions.iter_enumerated().rfind(|(_, it)| is_above(&it.content))?;
    model.stage_of(at)
}

#[cfg(test)]
mod tests {
    use crate::fix::Applicability;
    use crate::testing::Case;

    const FILES: &[(&str, &str)] = &[
        ("package.json", r#"{"name": "shop"}"#),
        (
            "compose.yaml",
            "services:\n  api:\n    build: {context: ., target: api}\n  jobs:\n    build: {context: ., target: worker}\n",
        ),
        (".dockerignore", "node_modules\n.git\n"),
        ("server.js", "require('http').createServer((_, res) => res.end('ok')).listen(3000)\n"),
        ("worker.js", "const fs = require('fs')\nsetInterval(() => fs.writeFileSync(process.env.STATE, 'x'), 1000)\n"),
        (
            "logger.js",
            "const fs = require('fs')\nfs.mkdirSync('logs', { recursive: true })\nfs.writeFileSync('logs/a.log', 'x')\n",
        ),
    ];

    fn fixed(dockerfile: &str) -> String {
        Case::new().files(FILES).fix(dockerfile, Applicability::Safe)
    }

    /// What is said of a line that two stages share may be mended in each of them alone.
    #[test]
    fn each_stage_has_its_own_fix() {
        let before = "FROM node:22-slim AS base\nUSER root\nWORKDIR /app\nENV NODE_ENV=production\nCOPY . .\n\nFROM base AS api\nCMD [\"node\", \"server.js\"]\n\nFROM base AS worker\nCMD [\"node\", \"worker.js\"]\n";
        assert_eq!(fixed(before), before.replace("AS api\n", "AS api\nUSER node\n"));
    }

    /// A stage on another one that ships stays root where its own fix is not taken, and is root where that has work to do.
    #[test]
    fn a_stage_on_another_one() {
        let stages = |start: &str| {
            format!(
                "FROM node:22-slim AS api\nWORKDIR /app\nENV NODE_ENV=production\nCOPY . .\nCMD [\"node\", \"server.js\"]\n\nFROM api AS worker\nCMD [\"node\", \"{start}\"]\n"
            )
        };
        for (start, lines) in [
            ("worker.js", "USER root\n"),
            ("logger.js", "USER root\nRUN mkdir -p logs && chown node:node logs\nUSER node\n"),
            ("server.js", "USER node\n"),
        ] {
            let after = stages(start).replace("COPY . .\n", "COPY . .\nUSER node\n");
            let after = after.replace("AS worker\n", &format!("AS worker\n{lines}"));
            assert_eq!(fixed(&stages(start)), after, "{start}");
        }
    }
}
