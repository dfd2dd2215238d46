//! One look at one Dockerfile: the text with its tree, the stages, what ships. It owns all of it, so that rewrite, rules and
//! server share what was found once. It keeps the rewrite as well, once [`crate::rewrite::plan`] has made it.

mod plan;

use std::path::PathBuf;
use std::sync::{Arc, LazyLock, OnceLock};

use self_cell::self_cell;

use crate::config::Settings;
use crate::facts::ProductionFacts;
use crate::project::{Project, Reason};
use crate::stages::Model;
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
}

impl Inspection {
    /// Follows the stages of `input`.
    #[must_use]
    pub fn new(input: Input) -> Self {
        #[cfg(test)]
        counted::MADE.with(|it| it.set(it.get() + 1));
        let cell = Cell::new(input, |it| {
            Model::build(it.source.text(), it.source.dockerfile(), &it.project, it.settings.target.as_deref())
        });
        Self::unasked(cell)
    }

    /// The same without a look: of a file that is excluded, or more than anyone wrote. It has no stages.
    #[must_use]
    pub fn of_unseen(input: Input) -> Self {
        static NOTHING: LazyLock<SourceFile> = LazyLock::new(|| SourceFile::new(String::new()));
        let cell = Cell::new(input, |it| Model::build("", NOTHING.dockerfile(), &it.project, None));
        Self::unasked(cell)
    }

    fn unasked(cell: Cell) -> Self {
        let (facts, shape, plan, site_plan) = Default::default();
        Self { cell, facts, shape, plan, site_plan }
    }

    /// Another Dockerfile of the same context. Its target is its own.
    #[must_use]
    pub fn beside(&self, source: SourceFile) -> Self {
        let settings = Settings { target: None, ..self.settings().clone() };
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
