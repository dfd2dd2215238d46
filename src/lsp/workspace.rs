//! Diagnostics of the whole workspace: the Dockerfiles that are open, and those that are not.
//!
//! A client that asks for them asks again as soon as it is answered. So the first answer comes at once, and a
//! later one when there is something new to tell.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use tokio::sync::{Mutex, mpsc, oneshot};
use tower_lsp_server::Client as Peer;
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    Diagnostic, FullDocumentDiagnosticReport, NumberOrString, ProgressToken, TextDocumentItem,
    UnchangedDocumentDiagnosticReport, Uri, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};

use super::analysis::analyse;
use super::backend::{blocking, content_modified};
use super::diagnostics;
use super::document::{Document, path_of, uri_of};
use super::event::{Event, Overview};
use super::settings::EditorSettings;
use super::world::World;
use crate::discover;
use crate::project::{Disk, Snapshot, Stamps};

/// A scan of fewer files is over before anyone could read of its progress.
const LARGE: usize = 50;

/// Files are looked at so many at a time, so that progress is told between.
const BATCH: usize = 64;

/// What is known of the Dockerfiles that are not open, from the last scan.
#[derive(Default)]
pub(super) struct Scan {
    files: BTreeMap<PathBuf, Known>,
    /// The state of the disk that it was made of.
    disk: Option<u64>,
    /// What the client was told of, and not yet that it is gone. A client may forget what it was told when it
    /// closes a file, and still show it.
    told: BTreeSet<Uri>,
    was_answered: bool,
}

/// One file's diagnostics, and what they were made of.
#[derive(Clone)]
struct Known {
    diagnostics: Arc<Vec<Diagnostic>>,
    result_id: String,
    stamps: Arc<Stamps>,
    editor: Arc<EditorSettings>,
}

/// What an answer takes.
pub(super) struct Scanner<'a> {
    pub(super) events: &'a mpsc::UnboundedSender<Event>,
    pub(super) scan: &'a Arc<Mutex<Scan>>,
    pub(super) peer: &'a Peer,
    pub(super) can_report_progress: bool,
}

impl Scanner<'_> {
    /// The diagnostics of all Dockerfiles; waits for news if the client knows them all.
    pub(super) async fn answer(&self, params: WorkspaceDiagnosticParams) -> Result<WorkspaceDiagnosticReportResult> {
        let known: HashMap<Uri, String> = params.previous_result_ids.into_iter().map(|it| (it.uri, it.value)).collect();
        let token = params.work_done_progress_params.work_done_token;
        loop {
            let mut overview = self.overview().await?;
            let items = self.look(&overview, token.clone()).await?;
            let mut scan = self.scan.lock().await;
            let items = scan.with_gone(items);
            let is_news = items.iter().any(|it| known.get(&it.uri) != Some(&it.result_id));
            if is_news || !scan.was_answered {
                scan.answered(&items);
                return Ok(report(items, &known));
            }
            drop(scan);
            overview.changes.changed().await.map_err(|_| content_modified())?;
        }
    }

    /// The diagnostics of a file that is not open, where it is one of the workspace's Dockerfiles.
    pub(super) async fn of_closed(&self, uri: &Uri) -> Result<Vec<Diagnostic>> {
        let world = self.overview().await?.world;
        let path = path_of(uri).filter(|it| world.folder_of(it).is_some());
        let path = path.filter(|it| it.file_name().is_some_and(discover::is_dockerfile_name));
        let Some(path) = path else { return Ok(Vec::new()) };
        let known = blocking(move || look(&world, &path)).await?;
        Ok(known.map(|it| Vec::clone(&it.diagnostics)).unwrap_or_default())
    }

    async fn overview(&self) -> Result<Overview> {
        let (reply, answer) = oneshot::channel();
        let _ = self.events.send(Event::Overview(reply));
        answer.await.map_err(|_| content_modified())
    }

    async fn look(&self, overview: &Overview, token: Option<ProgressToken>) -> Result<Vec<Item>> {
        let mut res = Vec::new();
        for uri in &overview.open {
            let (reply, answer) = oneshot::channel();
            let _ = self.events.send(Event::Wanted { uri: uri.clone(), reply });
            // It may be closed again, or come to grief.
            let Ok(analysis) = answer.await else { continue };
            let version = Some(i64::from(analysis.document.version));
            let found = blocking(move || diagnostics::all(&analysis)).await?;
            let result_id = diagnostics::result_id(&found);
            res.push(Item { uri: uri.clone(), version, result_id, diagnostics: Arc::new(found) });
        }
        let open: Vec<PathBuf> = overview.open.iter().filter_map(path_of).collect();
        for (path, known) in self.scanned(overview, token).await? {
            if let Some(uri) = uri_of(&path).filter(|_| !open.contains(&path)) {
                res.push(Item { uri, version: None, result_id: known.result_id, diagnostics: known.diagnostics });
            }
        }
        Ok(res)
    }

    /// The files of the workspace folders, as they are on disk. What has not changed is not looked at again.
    async fn scanned(&self, overview: &Overview, token: Option<ProgressToken>) -> Result<BTreeMap<PathBuf, Known>> {
        let mut scan = self.scan.lock().await;
        if scan.disk == Some(overview.disk) {
            return Ok(scan.files.clone());
        }
        let folders = overview.world.folders.clone();
        let paths = blocking(move || find(&folders)).await?;
        // The files of one workspace look for the same things, most of which are not there.
        let files = Arc::new(Snapshot::new(Arc::clone(&overview.world.files)));
        let world = Arc::new(World { files, ..World::clone(&overview.world) });
        let progress = Progress::start(self, token, paths.len(), scan.disk.is_none()).await;
        let mut files = BTreeMap::new();
        for batch in paths.chunks(BATCH) {
            let (world, batch) = (Arc::clone(&world), batch.to_vec());
            let earlier: Vec<Option<Known>> = batch.iter().map(|it| scan.files.get(it).cloned()).collect();
            let work =
                move || batch.into_par_iter().zip(earlier).filter_map(|(path, it)| known(&world, path, it)).collect();
            files.extend::<Vec<_>>(blocking(work).await?);
            progress.tell(files.len(), paths.len()).await;
        }
        progress.end().await;
        scan.files = files;
        scan.disk = Some(overview.disk);
        Ok(scan.files.clone())
    }
}

/// A document with its diagnostics, by name and in full.
struct Item {
    uri: Uri,
    /// Where it is open.
    version: Option<i64>,
    result_id: String,
    diagnostics: Arc<Vec<Diagnostic>>,
}

impl Scan {
    /// With what is there no more: it has no diagnostics.
    fn with_gone(&self, mut items: Vec<Item>) -> Vec<Item> {
        let gone: Vec<Uri> = self.told.iter().filter(|uri| items.iter().all(|it| it.uri != **uri)).cloned().collect();
        let empty =
            |uri| Item { uri, version: None, result_id: diagnostics::result_id(&[]), diagnostics: Arc::default() };
        items.extend(gone.into_iter().map(empty));
        items
    }

    fn answered(&mut self, items: &[Item]) {
        self.was_answered = true;
        self.told = items.iter().filter(|it| !it.diagnostics.is_empty()).map(|it| it.uri.clone()).collect();
    }
}

fn find(folders: &[PathBuf]) -> Vec<PathBuf> {
    let found = folders.iter().flat_map(|it| discover::dockerfiles(&Disk, it).0);
    let mut res: Vec<PathBuf> = found.map(|it| it.path).collect();
    res.sort();
    res.dedup();
    res
}

/// What is known of the file at `path`: as before, where nothing has changed. A file that can't be read, or
/// is too large to be a Dockerfile, has no diagnostics.
fn known(world: &Arc<World>, path: PathBuf, earlier: Option<Known>) -> Option<(PathBuf, Known)> {
    let editor = world.settings_for(Some(&path));
    if let Some(it) = earlier.filter(|it| it.editor == *editor && it.stamps.is_fresh(&*world.files)) {
        return Some((path, it));
    }
    let known = look(world, &path)?;
    Some((path, known))
}

fn look(world: &Arc<World>, path: &Path) -> Option<Known> {
    let before = world.files.stamp(path);
    let text = String::from_utf8(world.files.read(path).ok()?).ok().filter(|it| it.len() <= discover::MAX_SIZE)?;
    let item = TextDocumentItem { uri: uri_of(path)?, language_id: "dockerfile".to_owned(), version: 0, text };
    let analysis = analyse(world, &Document::new(&item), None);
    let found = diagnostics::all(&analysis);
    let mut stamps = analysis.recorder().map(crate::project::Recorder::stamps).unwrap_or_default();
    stamps.add(path, before);
    Some(Known {
        result_id: diagnostics::result_id(&found),
        diagnostics: Arc::new(found),
        stamps: Arc::new(stamps),
        editor: Arc::clone(world.settings_for(Some(path))),
    })
}

fn report(items: Vec<Item>, known: &HashMap<Uri, String>) -> WorkspaceDiagnosticReportResult {
    let reports = items.into_iter().map(|Item { uri, version, result_id, diagnostics }| {
        if known.get(&uri) == Some(&result_id) {
            let unchanged_document_diagnostic_report = UnchangedDocumentDiagnosticReport { result_id };
            WorkspaceUnchangedDocumentDiagnosticReport { uri, version, unchanged_document_diagnostic_report }.into()
        } else {
            let items = Vec::clone(&diagnostics);
            let full_document_diagnostic_report = FullDocumentDiagnosticReport { result_id: Some(result_id), items };
            WorkspaceFullDocumentDiagnosticReport { uri, version, full_document_diagnostic_report }.into()
        }
    });
    WorkspaceDiagnosticReport { items: reports.collect::<Vec<WorkspaceDocumentDiagnosticReport>>() }.into()
}

/// What the client shows of a first scan that takes its time.
struct Progress(Option<tower_lsp_server::OngoingProgress<tower_lsp_server::Bounded, tower_lsp_server::NotCancellable>>);

impl Progress {
    async fn start(scanner: &Scanner<'_>, token: Option<ProgressToken>, n_files: usize, is_first: bool) -> Self {
        if !is_first || n_files < LARGE {
            return Self(None);
        }
        let token = match token {
            Some(token) => Some(token),
            None if scanner.can_report_progress => created(scanner.peer).await,
            None => None,
        };
        let Some(token) = token else { return Self(None) };
        let progress = scanner.peer.progress(token, "nodestage: looking at Dockerfiles").with_percentage(0);
        Self(Some(progress.begin().await))
    }

    async fn tell(&self, n_done: usize, n_files: usize) {
        if let Some(it) = &self.0 {
            let percentage = u32::try_from(n_done * 100 / n_files.max(1)).unwrap_or(100);
            it.report_with_message(format!("{n_done} of {n_files}"), percentage.min(100)).await;
        }
    }

    async fn end(self) {
        if let Some(it) = self.0 {
            it.finish().await;
        }
    }
}

/// A token of our own. The client's answer is not waited for for long: the scan matters more.
async fn created(peer: &Peer) -> Option<ProgressToken> {
    let token = NumberOrString::String("nodestage/scan".to_owned());
    let created = peer.create_work_done_progress(token.clone());
    let answer = tokio::time::timeout(std::time::Duration::from_secs(1), created).await;
    answer.ok()?.ok().map(|()| token)
}
