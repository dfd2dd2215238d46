//! What is known of one version of a document: the work that is done off the I/O task.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tower_lsp_server::ls_types::{Position, Range};

use super::document::{Document, Kind};
use super::settings::EditorSettings;
use super::world::World;
use crate::config::{ConfigError, Configs, Options, Settings, Source};
use crate::linter::{self, CheckResult, Input, Inspection};
use crate::project::{Loader, Project, Recorder, Request};
use crate::syntax::SourceFile;
use crate::text::{TextRange, TextSize, offset};

/// One version of a document, checked.
pub(super) struct Analysis {
    pub(super) document: Document,
    pub(super) world: Arc<World>,
    /// What the engine makes of a Dockerfile; `None` for other documents.
    pub(super) checked: Option<Checked>,
    /// What is wrong with the nodestage.toml that holds for the document, or that it is.
    pub(super) fault: Option<ConfigError>,
}

/// A Dockerfile with all that it is judged by, and the judgement.
pub(super) struct Checked {
    pub(super) inspection: Inspection,
    pub(super) result: CheckResult,
    pub(super) editor: Arc<EditorSettings>,
    surroundings: Surroundings,
}

/// What was read from files for a Dockerfile. It is kept from version to version for as long as the files
/// stay as they are.
#[derive(Clone)]
struct Surroundings {
    recorder: Arc<Recorder>,
    /// When it was last compared with what is there, and at which state of the disk as far as that is known.
    verified: (Instant, u64),
    config: Result<FileConfig, ConfigError>,
    request: Option<Request>,
    project: Arc<Project>,
}

/// What nodestage.toml says.
#[derive(Clone, Default)]
struct FileConfig {
    settings: Settings,
    excluded: bool,
}

/// While someone types, files are not compared with what was read at every key: a large app has thousands. The
/// state has it done once more soon after (see [`State`](super::state::State)).
pub(super) const VERIFY_AFTER: Duration = Duration::from_secs(1);

/// Checks `document`. What an earlier analysis read is used again where it still holds.
pub(super) fn analyse(world: &Arc<World>, document: &Document, earlier: Option<&Arc<Analysis>>) -> Arc<Analysis> {
    let earlier = earlier.filter(|it| it.is_fresh(world));
    if let Some(earlier) = earlier.filter(|it| it.document.revision == document.revision) {
        return Arc::clone(earlier);
    }
    let (document, world) = (document.clone(), Arc::clone(world));
    match document.kind {
        Kind::Dockerfile => Arc::new(check(world, document, earlier)),
        Kind::Config => Arc::new(Analysis { fault: config_fault(&document), document, world, checked: None }),
        Kind::Other => Arc::new(Analysis { document, world, checked: None, fault: None }),
    }
}

impl Analysis {
    /// Whether nothing that it was made from has changed, the document aside.
    fn is_fresh(&self, world: &World) -> bool {
        let Some(checked) = &self.checked else { return false };
        let editor = world.settings_for(self.document.path.as_deref());
        *editor == checked.editor && checked.surroundings.is_fresh(world)
    }

    /// What it was made from, for telling later whether that has changed.
    pub(super) fn recorder(&self) -> Option<&Recorder> {
        Some(&self.checked.as_ref()?.surroundings.recorder)
    }

    /// A range of the document as the client counts.
    pub(super) fn range(&self, range: TextRange) -> Range {
        self.world.client.encoding.range(&self.document.rope, range)
    }

    /// A position of the client as a byte of the document.
    pub(super) fn offset(&self, position: Position) -> TextSize {
        offset(self.world.client.encoding.offset(&self.document.rope, position))
    }

    /// Whether configuration excludes the file.
    pub(super) fn is_excluded(&self) -> bool {
        let config = self.checked.as_ref().map(|it| &it.surroundings.config);
        config.and_then(|it| it.as_ref().ok()).is_some_and(|it| it.excluded)
    }
}

impl Surroundings {
    fn is_fresh(&self, world: &World) -> bool {
        self.is_just_verified(world) || self.recorder.is_fresh(&*world.files)
    }

    fn is_just_verified(&self, world: &World) -> bool {
        let (at, disk) = self.verified;
        disk == world.disk && at.elapsed() < VERIFY_AFTER
    }
}

fn check(world: Arc<World>, document: Document, earlier: Option<&Arc<Analysis>>) -> Analysis {
    let editor = Arc::clone(world.settings_for(document.path.as_deref()));
    let source = SourceFile::new(document.rope.to_string());
    let earlier = earlier.and_then(|it| it.checked.as_ref()).map(|it| &it.surroundings);
    let surroundings = surroundings(&world, &document, &editor, &source, earlier);
    let config = surroundings.config.clone();
    let fault = config.as_ref().err().cloned();
    let is_sane = source.text().len() <= crate::discover::MAX_SIZE && linter::excess(&source).is_none();
    let usable = config.as_ref().is_ok_and(|it| !it.excluded) && is_sane;
    let settings = settings(&world, &document, &editor, config.unwrap_or_default());
    let input = Input { source, path: document.path.clone(), project: Arc::clone(&surroundings.project), settings };
    let inspection = if usable { Inspection::new(input) } else { Inspection::of_unseen(input) };
    let result = if usable { linter::check_inspected(&inspection) } else { CheckResult::default() };
    let checked = Some(Checked { inspection, result, editor, surroundings });
    Analysis { document, world, checked, fault }
}

fn settings(world: &World, document: &Document, editor: &EditorSettings, config: FileConfig) -> Settings {
    let path = document.path.as_deref();
    let folder = path.and_then(|it| world.folder_of(it).or(it.parent()));
    editor.under(config.settings, folder)
}

/// Reads what `document` needs, or takes it from `earlier`, which is fresh.
fn surroundings(
    world: &World,
    document: &Document,
    editor: &EditorSettings,
    source: &SourceFile,
    earlier: Option<&Surroundings>,
) -> Surroundings {
    let recorder = match earlier {
        Some(it) => Arc::clone(&it.recorder),
        None => Arc::new(Recorder::new(Arc::clone(&world.files))),
    };
    let verified = match earlier.filter(|it| it.is_just_verified(world)) {
        Some(it) => it.verified,
        None => (Instant::now(), world.disk),
    };
    let loader: Arc<dyn Loader> = Arc::clone(&recorder) as Arc<dyn Loader>;
    let Some(path) = &document.path else {
        let project = Arc::new(Project::unknown(loader));
        return Surroundings { recorder, verified, config: Ok(FileConfig::default()), request: None, project };
    };
    let config = earlier.map_or_else(|| config(path, &loader), |it| it.config.clone());
    let context = settings(world, document, editor, config.clone().unwrap_or_default()).context;
    let request = Request { context, ..linter::request_for(path, source.dockerfile()) };
    let project = match earlier.filter(|it| it.request.as_ref() == Some(&request)) {
        Some(it) => Arc::clone(&it.project),
        None => Arc::new(Project::load(loader, &request)),
    };
    Surroundings { recorder, verified, config, request: Some(request), project }
}

fn config(path: &Path, loader: &Arc<dyn Loader>) -> Result<FileConfig, ConfigError> {
    let configs = Configs::new(Source::Nearest, linter::rule_names().collect(), Arc::clone(loader));
    let options = configs.options(path)?;
    let read = |it: Arc<Options>| FileConfig { settings: it.settings(path), excluded: it.excludes(path) };
    Ok(options.map(read).unwrap_or_default())
}

/// What is wrong with a nodestage.toml as it stands in the buffer.
fn config_fault(document: &Document) -> Option<ConfigError> {
    let known: Vec<&'static str> = linter::rule_names().collect();
    let path = document.path.as_deref().unwrap_or_else(|| Path::new(crate::config::FILE_NAME));
    Options::parse(path, &document.rope.to_string(), &known).err()
}

#[cfg(test)]
mod tests {
    use tower_lsp_server::ls_types::{
        CodeActionContext, CodeActionKind, CodeActionParams, Position, Range, TextDocumentIdentifier, TextDocumentItem,
        Uri,
    };

    use super::super::{actions, hints, hover, ships};
    use super::*;
    use crate::inspection::counted::MADE;

    const DOCKERFILE: &str = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"server.js\"]\n";

    fn document(uri: &Uri) -> Document {
        let text = DOCKERFILE.to_owned();
        Document::new(&TextDocumentItem { uri: uri.clone(), language_id: "dockerfile".to_owned(), version: 1, text })
    }

    /// Hover, hint, "what ships" and the actions of one version look at what its check looked at.
    #[test]
    fn features_inspect_nothing_anew() {
        let uri: Uri = "untitled:Dockerfile".parse().expect("an address");
        let analysis = analyse(&Arc::new(World::default()), &document(&uri), None);
        let made = MADE.with(std::cell::Cell::get);
        let whole = Range::new(Position::new(0, 0), Position::new(9, 0));
        assert!(hover::at(&analysis, Position::new(0, 1)).is_some());
        assert_eq!(hints::within(&analysis, whole).len(), 1);
        assert!(ships::page(&analysis).is_some());
        let only = Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::REFACTOR_REWRITE]);
        actions::offered(
            &analysis,
            &CodeActionParams {
                text_document: TextDocumentIdentifier { uri },
                range: whole,
                context: CodeActionContext { only, ..CodeActionContext::default() },
                work_done_progress_params: Default::default(),
                partial_result_params: Default::default(),
            },
        );
        assert_eq!(MADE.with(std::cell::Cell::get), made);
    }
}
