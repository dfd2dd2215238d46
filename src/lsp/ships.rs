//! What a stage holds, and what the production stage ships, in words.

use std::fmt::Write;

use super::analysis::Analysis;
use crate::facts::Development;
use crate::linter::Inspection;
use crate::stages::{Base, Entry, Holding, InstructionId, NodeModules, Production, Scope, Stage, StageId, User};
use crate::syntax::CommandForm;
use crate::syntax::Kind;

/// The page of "what ships": Markdown; `None` where the document has no production stage.
pub(super) fn page(analysis: &Analysis) -> Option<String> {
    let checked = analysis.checked.as_ref()?;
    let shipped = |it: &Inspection| Some(stage(it, it.model().production.as_ref()?.stage));
    let stages: Vec<String> = checked.inspection.of_all_that_ships().filter_map(shipped).collect();
    (!stages.is_empty()).then(|| format!("# What ships\n\n{}", stages.join("\n")))
}

/// What stage `at` holds at its end, as Markdown.
pub(super) fn stage(inspection: &Inspection, at: StageId) -> String {
    Writer { inspection }.stage(at)
}

/// What the production stage ships in a few words: "41 dev packages · root · sources"; `None` where no Node
/// ships, or nothing is known.
pub(super) fn in_short(inspection: &Inspection) -> Option<String> {
    let ships = inspection.model().ships_node() && !inspection.facts().is_for_development();
    let stage = inspection.model().production_stage().filter(|_| ships)?;
    let packages = stage.contents.node_modules().map(|(_, it)| packages(inspection, it)).next();
    let user = match &stage.contents.user.value {
        User::Root => Some("root".to_owned()),
        User::Named(name) => Some(format!("user {name}")),
        User::Unknown => None,
    };
    let sources = stage.contents.holds_sources(inspection.project()).map(|_| "sources".to_owned());
    let parts: Vec<String> = [packages, user, sources].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// "41 dev packages", "production packages".
fn packages(inspection: &Inspection, modules: &NodeModules) -> String {
    let app = modules.app.as_deref().and_then(|it| inspection.project().app(it));
    let lock = app.as_ref().and_then(|it| it.lock());
    let n_dev = lock.and_then(|it| it.dev_packages()).map(|it| it.len());
    match (modules.scope, n_dev) {
        (Scope::Production, _) => "production packages".to_owned(),
        (Scope::Unknown, _) => "packages".to_owned(),
        (Scope::All, Some(0)) => "no dev packages".to_owned(),
        (Scope::All, Some(1)) => "1 dev package".to_owned(),
        (Scope::All, Some(n)) => format!("{n} dev packages"),
        (Scope::All, None) => "dev packages".to_owned(),
    }
}

struct Writer<'a> {
    inspection: &'a Inspection,
}

impl Writer<'_> {
    fn stage(&self, at: StageId) -> String {
        let stage = &self.inspection.model().stages[at];
        let mut res = self.head(at, stage);
        for entry in &stage.contents.entries {
            let _ = writeln!(res, "- `{}`: {}{}", entry.path, self.holding(entry), self.origin(entry));
        }
        for (name, by) in &stage.contents.system_packages {
            let _ = writeln!(res, "- system package `{name}` (line {})", self.line(*by));
        }
        for (name, by) in &stage.contents.global_packages {
            let _ = writeln!(res, "- global package `{name}` (line {})", self.line(*by));
        }
        res + "\n" + &self.settings(stage)
    }

    fn head(&self, at: StageId, stage: &Stage) -> String {
        let name = stage.name.as_ref().map_or_else(|| format!("Stage {}", at.index()), |it| format!("Stage `{it}`"));
        let base = match &stage.base {
            Base::Image(image) => format!("on `{}`", image.written),
            Base::Stage(earlier) => format!("on the stage `{}`", self.inspection.model().name_of(*earlier)),
        };
        let production = self.inspection.model().production.as_ref().filter(|it| it.stage == at);
        let ships = production.map_or_else(String::new, |it| self.whether_it_ships(it));
        format!("**{name}** {base}.{ships}\n\n")
    }

    fn whether_it_ships(&self, production: &Production) -> String {
        match &self.inspection.facts().development {
            Some(Development::Named(reason)) => format!(" It does not ship: {reason}."),
            _ => format!(" It ships ({}).", production.reason),
        }
    }

    fn holding(&self, entry: &Entry) -> String {
        let without = if entry.without.is_empty() {
            String::new()
        } else {
            let names: Vec<String> = entry.without.iter().map(|it| format!("`{it}`")).collect();
            format!(", without {}", names.join(", "))
        };
        let what = match &entry.holding {
            Holding::ContextFolder(folder) => match self.inspection.project().list(folder).map(|it| it.len()) {
                Some(n) => format!("{} of the build context, {}", shown(folder), count(n, "entry", "entries")),
                None => format!("{} of the build context", shown(folder)),
            },
            Holding::ContextFile(file) => format!("`{file}` of the build context"),
            Holding::NodeModules(it) => self.modules(it),
            Holding::Output { path, .. } => format!("`{path}`, made by the build"),
            Holding::UnknownOutput { .. } => "more that the build makes".to_owned(),
            Holding::Cache(manager) => format!("the cache of {}", manager.program()),
            Holding::Unknown => "not known".to_owned(),
        };
        what + &without
    }

    fn modules(&self, modules: &NodeModules) -> String {
        let manager = modules.manager.program();
        match modules.scope {
            Scope::Production => format!("production packages, by {manager}"),
            Scope::All => format!("all packages, by {manager}: {}", packages(self.inspection, modules)),
            Scope::Unknown => format!("packages, by {manager}"),
        }
    }

    /// From which line it comes, and through which it was carried here.
    fn origin(&self, entry: &Entry) -> String {
        let lines: Vec<String> = std::iter::once(entry.origin.instruction)
            .chain(entry.origin.via.iter().copied())
            .map(|it| self.line(it).to_string())
            .collect();
        format!(" (line {})", lines.join(" → "))
    }

    fn settings(&self, stage: &Stage) -> String {
        let user = match &stage.contents.user.value {
            User::Root => "`root`".to_owned(),
            User::Named(name) => format!("`{name}`"),
            User::Unknown => "not known".to_owned(),
        };
        let workdir = stage.contents.workdir.value.as_deref().map_or("not known".to_owned(), |it| format!("`{it}`"));
        let mut res = format!("User: {user}. Working directory: {workdir}.");
        for (what, by) in [("Entrypoint", stage.contents.entrypoint), ("Start", stage.contents.cmd)] {
            if let Some(by) = by {
                let _ = write!(res, " {what}: `{}` (line {}).", self.command(by), self.line(by));
            }
        }
        res + "\n"
    }

    fn command(&self, at: InstructionId) -> String {
        let instruction = self.inspection.model().instructions[at];
        match &instruction.kind {
            Kind::Cmd(CommandForm::Exec(words)) | Kind::Entrypoint(CommandForm::Exec(words)) => {
                words.iter().map(|it| it.value.as_str()).collect::<Vec<_>>().join(" ")
            }
            _ => self.inspection.text()[instruction.operands].split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }

    fn line(&self, instruction: InstructionId) -> usize {
        self.inspection.text().line(self.inspection.model().instructions[instruction].content.start())
    }
}

fn shown(folder: &str) -> String {
    if folder.is_empty() { "all".to_owned() } else { format!("`{folder}`") }
}

fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
