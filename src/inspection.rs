//! One look at one Dockerfile: the text with its tree, the stages, what ships. It owns all of it, so that rewrite, rules and
//! server share what was found once. It keeps the rewrite as well, once [`crate::rewrite::plan`] has made it.

mod plan;

use std::path::PathBuf;
use std::sync::{Arc, LazyLock, OnceLock};

use self_cell::self_cell;

use crate::config::Settings;
use crate::facts::ProductionFacts;
use crate::project::{Project, Reason};
use crate::stages::{Model, Production, StageId, Wanted};
use crate::syntax::{Dockerfile, SourceFile};
use crate::text::Text;

pub use plan::{Plan, Shape};

/// A Dockerfile with all that it is judged by.
#[derive(Clone)]
pub struct Input {
    /// Its text, and its tree.
    pub source: SourceFile,
    /// Where it stands, absolute; `None` for a text without a place.
    pub path: Option<PathBuf>,
    /// Its build context. It stays the same folder while the file is fixed.
    pub project: Arc<Project>,
    /// What holds for it.
    pub settings: Settings,
}

self_cell!(
    struct Cell {
        owner: Input,
        #[covariant]
        dependent: Model,
    }
);

/// An [`Input`] with its stages, and with what follows from them once somebody asks.
pub struct Inspection {
    cell: Cell,
    facts: OnceLock<ProductionFacts>,
    shape: OnceLock<Option<Shape>>,
    plan: OnceLock<Result<Plan, Reason>>,
    site_plan: OnceLock<Option<Result<Plan, Reason>>>,
    also: OnceLock<Vec<Production>>,
    others: OnceLock<Vec<Self>>,
}

impl Inspection {
    /// Follows the stages of `input`.
    #[must_use]
    pub fn new(input: Input) -> Self {
        #[cfg(test)]
        counted::MADE.with(|it| it.set(it.get() + 1));
        let cell = Cell::new(input, |it| {
            let wanted = it.settings.targets.first().map_or(Wanted::Likely, |it| Wanted::Configured(it));
            Model::build(it.source.text(), it.source.dockerfile(), &it.project, wanted)
        });
        Self::unasked(cell)
    }

    /// The same file, seen from another stage that ships.
    fn at(&self, production: &Production) -> Self {
        let cell = Cell::new(self.input().clone(), |it| {
            Model::build(it.source.text(), it.source.dockerfile(), &it.project, Wanted::Also(production))
        });
        let all = self.model().production.iter().chain(self.also());
        let res = Self::unasked(cell);
        // It is one of the others itself.
        let _ = (res.also.set(all.cloned().collect()), res.others.set(Vec::new()));
        res
    }

    /// The file as each other stage that ships sees it, besides the production stage of [`model`](Self::model). Found once,
    /// when first asked for.
    #[must_use]
    pub fn others(&self) -> &[Self] {
        self.others.get_or_init(|| self.also().iter().map(|it| self.at(it)).collect())
    }

    fn also(&self) -> &[Production] {
        self.also.get_or_init(|| self.model().also_shipping(&self.settings().targets, self.project()))
    }

    /// The file as `stage` sees it, if that ships; else as the production stage does.
    #[must_use]
    pub fn seen_from(&self, stage: StageId) -> &Self {
        let is_it = |it: &&Self| it.model().production.as_ref().is_some_and(|it| it.stage == stage);
        self.of_all_that_ships().find(is_it).unwrap_or(self)
    }

    /// Whether `stage` is one of those that ship.
    #[must_use]
    pub fn ships(&self, stage: StageId) -> bool {
        let model = self.model();
        let mut found = model.production.iter().chain(self.also());
        found.any(|it| it.stage == stage)
    }

    /// Whether other stages ship besides the production stage.
    #[must_use]
    pub fn is_of_several(&self) -> bool {
        !self.also().is_empty()
    }

    /// This one and the [`others`](Self::others).
    pub fn of_all_that_ships(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.others())
    }

    /// The same without a look: of a file that is excluded, or more than anyone wrote. It has no stages.
    #[must_use]
    pub fn of_unseen(input: Input) -> Self {
        static NOTHING: LazyLock<SourceFile> = LazyLock::new(|| SourceFile::new(String::new()));
        let cell = Cell::new(input, |it| Model::build("", NOTHING.dockerfile(), &it.project, Wanted::Likely));
        Self::unasked(cell)
    }

    fn unasked(cell: Cell) -> Self {
        let (facts, shape, plan, site_plan, also, others) = Default::default();
        Self { cell, facts, shape, plan, site_plan, also, others }
    }

    /// Another Dockerfile of the same context. Its target is its own.
    #[must_use]
    pub fn beside(&self, source: SourceFile) -> Self {
        let settings = Settings { targets: Vec::new(), ..self.settings().clone() };
        Self::new(Input { source, path: None, project: Arc::clone(&self.input().project), settings })
    }

    /// What was looked at.
    #[must_use]
    pub fn input(&self) -> &Input {
        self.cell.borrow_owner()
    }

    /// The file.
    #[must_use]
    pub fn source(&self) -> &SourceFile {
        &self.input().source
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &Text {
        self.source().text()
    }

    /// Its tree.
    #[must_use]
    pub fn dockerfile(&self) -> &Dockerfile {
        self.source().dockerfile()
    }

    /// What its stages hold.
    #[must_use]
    pub fn model(&self) -> &Model<'_> {
        self.cell.borrow_dependent()
    }

    /// The build context.
    #[must_use]
    pub fn project(&self) -> &Project {
        &self.input().project
    }

    /// The configuration for this file.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.input().settings
    }

    /// What the production stage ships and runs. Found once, when first asked for.
    pub fn facts(&self) -> &ProductionFacts {
        self.facts.get_or_init(|| ProductionFacts::of(self.text(), self.model(), self.project()))
    }

    /// The shape that `find` found when it was first asked for.
    pub(crate) fn shape_once(&self, find: impl FnOnce() -> Option<Shape>) -> Option<Shape> {
        *self.shape.get_or_init(find)
    }

    /// The plan that `make` made when it was first asked for.
    pub(crate) fn plan_once(&self, make: impl FnOnce() -> Result<Plan, Reason>) -> Result<&Plan, &Reason> {
        self.plan.get_or_init(make).as_ref()
    }

    /// The plan for a static site, likewise; `None` where the container serves none.
    pub(crate) fn site_plan_once(
        &self,
        make: impl FnOnce() -> Option<Result<Plan, Reason>>,
    ) -> Option<Result<&Plan, &Reason>> {
        self.site_plan.get_or_init(make).as_ref().map(Result::as_ref)
    }
}

#[cfg(test)]
pub(crate) mod counted {
    //! How many were made: whoever asks twice for the same text shall not pay twice.

    use std::cell::Cell;

    thread_local! {
        /// On this thread.
        pub(crate) static MADE: Cell<usize> = const { Cell::new(0) };
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_is_shared_between_threads() {
        fn is_shared<T: Send + Sync>() {}
        is_shared::<super::Inspection>();
    }
}
