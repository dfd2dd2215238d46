//! Stages, what they are built on, and which one ships.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::User;
use super::{
    Build, BuildId, Contents, IdRange, ImageFacts, Install, InstallId, InstructionId, ScriptCall, StageId, Table,
};
use crate::project::Project;
use crate::shell::Script;
use crate::syntax::{Dockerfile, Instruction, Kind};

/// The stages of a Dockerfile with what they hold.
pub struct Model<'a> {
    /// The instructions of the file.
    pub instructions: Table<InstructionId, &'a Instruction>,
    /// In order.
    pub stages: Table<StageId, Stage>,
    /// The stage that ships; `None` where there is no stage at all.
    pub production: Option<Production>,
    /// Whether the configured (or compose's) target is no stage of this file, so that another was taken.
    pub target_missing: bool,
    /// The commands of each instruction's shell text (RUN, CMD, ENTRYPOINT, HEALTHCHECK), where it has one.
    pub scripts: Table<InstructionId, Option<Script>>,
    /// Every install of every stage, in file order.
    pub installs: Table<InstallId, Install>,
    /// Every script that a package manager is asked for in a RUN, in file order.
    pub script_calls: Vec<ScriptCall>,
    /// Every run of a build, in file order.
    pub builds: Table<BuildId, Build>,
    /// Every run of a generator that compiles nothing (`prisma generate`), in file order.
    pub generators: Vec<Build>,
    /// What each USER names, where its variables are known.
    pub(super) users: HashMap<InstructionId, String>,
    /// Whether a compose file, a platform or an action starts something of its own in an image of this file.
    pub started_by_others: bool,
    /// The stages by their names in lower case, each list in order.
    pub(super) names: HashMap<String, Vec<StageId>>,
    /// Once somebody asks, which most rules do.
    pub(super) ships_node: OnceLock<bool>,
}

/// Which stage ships, and why we think so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Production {
    /// Which one.
    pub stage: StageId,
    /// In words: "`target` in nodestage.toml", "the last stage".
    pub reason: String,
    /// Whether nodestage.toml names it.
    pub configured: bool,
}

/// Which stage is to be taken for the one that ships.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// The one that the compose file, the stages' names and their order speak for.
    Likely,
    /// The one that configuration names, by name or number.
    Configured(&'a str),
    /// One more that ships.
    Also(&'a Production),
}

/// One stage.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name as written.
    pub name: Option<String>,
    /// Its FROM.
    pub from: InstructionId,
    /// The instructions after FROM.
    pub instructions: IdRange<InstructionId>,
    /// What it starts from.
    pub base: Base,
    /// What it holds at its end.
    pub contents: Contents,
}

/// What a stage starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// An image from outside.
    Image(ImageFacts),
    /// An earlier stage.
    Stage(StageId),
}

impl<'a> Model<'a> {
    /// Follows all stages.
    #[must_use]
    pub fn build(text: &str, dockerfile: &'a Dockerfile, project: &Project, wanted: Wanted<'_>) -> Self {
        super::run::build(text, dockerfile, project, wanted)
    }

    /// What the USER at `at` names: by the defaults of ARG, which the build may change.
    #[must_use]
    pub fn user_named_at(&self, at: InstructionId) -> Option<&str> {
        self.users.get(&at).map(String::as_str)
    }

    /// The stages that ship besides the production stage; `configured` are those that configuration names, if any.
    #[must_use]
    pub fn also_shipping(&self, configured: &[String], project: &Project) -> Vec<Production> {
        super::production::others(self, configured, project)
    }

    /// The stage that ships.
    #[must_use]
    pub fn production_stage(&self) -> Option<&Stage> {
        self.stages.get(self.production.as_ref()?.stage)
    }

    /// The image that stage `stage` goes back to, through `FROM stage`.
    #[must_use]
    pub fn root_image(&self, stage: StageId) -> &ImageFacts {
        match &self.stages[stage].base {
            Base::Image(image) => image,
            Base::Stage(earlier) => self.root_image(*earlier),
        }
    }

    /// The stages that stage `stage` is `FROM`, itself first, back to the one on an image.
    #[must_use]
    pub fn ancestry(&self, stage: StageId) -> Vec<StageId> {
        let mut res = vec![stage];
        while let Base::Stage(earlier) = self.stages[*res.last().expect("not empty")].base {
            res.push(earlier);
        }
        res
    }

    /// Whether root is known to run instruction `at` of stage `stage`: the image starts as root, and no USER stands before it.
    #[must_use]
    pub fn is_root_at(&self, stage: StageId, at: InstructionId) -> bool {
        let mut before = self.ancestry(stage).into_iter().flat_map(|it| self.stages[it].instructions.clone());
        let is_switched = before.any(|it| it < at && matches!(self.instructions[it].kind, Kind::User(_)));
        let default = self.root_image(stage).default_user.as_deref();
        !is_switched && default.is_some_and(|it| User::of(it) == User::Root)
    }

    /// Stage `stage`, those that it is built on, and those that they copy or mount something of, through others as well.
    #[must_use]
    pub fn feeding(&self, stage: StageId) -> Vec<StageId> {
        let (mut res, mut open) = (Vec::new(), vec![stage]);
        while let Some(next) = open.pop() {
            for at in self.ancestry(next).into_iter().filter(|it| !res.contains(it)).collect::<Vec<_>>() {
                res.push(at);
                for index in self.stages[at].instructions.clone() {
                    let flags = &self.instructions[index].flags;
                    let mounts =
                        flags.iter().filter(|it| it.name == "mount").flat_map(crate::syntax::Flag::mount_options);
                    let mounted = mounts.filter(|it| it.0 == "from").map(|it| it.1);
                    let names = self.instructions[index].flag_value("from").into_iter().chain(mounted);
                    open.extend(names.filter_map(|it| self.stage_named(it, at)));
                }
            }
        }
        res
    }

    /// Whether `earlier` is among the stages that `stage` is `FROM`, or `stage` itself.
    #[must_use]
    pub fn is_on(&self, stage: StageId, earlier: StageId) -> bool {
        let mut at = stage;
        while at > earlier {
            let Base::Stage(below) = self.stages[at].base else { return false };
            at = below;
        }
        at == earlier
    }

    /// The stages that are built on stage `stage`, through others or straight: they get what it gets.
    #[must_use]
    pub fn built_on(&self, stage: StageId) -> Vec<StageId> {
        self.stages.ids().filter(|it| *it > stage && self.is_on(*it, stage)).collect()
    }

    /// How one speaks of stage `stage`: by its name, or by its number.
    #[must_use]
    pub fn name_of(&self, stage: StageId) -> String {
        self.stages[stage].name.clone().unwrap_or_else(|| stage.index().to_string())
    }

    /// The stage that instruction `instruction` stands in; `None` before the first FROM.
    #[must_use]
    pub fn stage_of(&self, instruction: InstructionId) -> Option<StageId> {
        self.stages.as_slice().partition_point(|it| it.from <= instruction).checked_sub(1).map(StageId::new)
    }

    /// The stage before stage `before` that `name` means in `--from`: the last of that name, or else the one
    /// with that number.
    #[must_use]
    pub fn stage_named(&self, name: &str, before: StageId) -> Option<StageId> {
        self.last_named(name, before).or_else(|| name.parse().ok().map(StageId::new).filter(|it| *it < before))
    }

    /// The last stage before stage `before` of that name.
    pub(super) fn last_named(&self, name: &str, before: StageId) -> Option<StageId> {
        let stages = self.names.get(&name.to_ascii_lowercase())?;
        stages.iter().rev().copied().find(|it| *it < before)
    }

    /// Whether the production stage runs Node (or bun, or cannot be known not to): the rules about Node
    /// speak only then. False for static web servers, `scratch`, and images of other languages that
    /// hold neither node_modules nor a node start command; for stages that only hand files out; and where the
    /// container starts something else.
    #[must_use]
    pub fn ships_node(&self) -> bool {
        *self.ships_node.get_or_init(|| super::ships::ships_node(self))
    }
}
