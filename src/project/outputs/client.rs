//! Where `prisma generate` puts the client of an app, by its schema.

use super::super::{App, EntryKind, Site};
use crate::paths;

/// A client that is generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedClient {
    /// The schema that it is made of, from the app's folder.
    pub schema: String,
    /// Where it goes, from the app's folder: `node_modules/.prisma`.
    pub path: String,
    /// Whether that is TypeScript, which a compiler takes along.
    pub is_typescript: bool,
    /// The `output` of the schema; `None` where it says nothing.
    pub evidence: Option<Site>,
}

/// Where a schema without an `output` has it.
const USUAL: &str = "node_modules/.prisma";

impl GeneratedClient {
    /// Whether it lies in node_modules, which every install makes anew.
    #[must_use]
    pub fn is_in_modules(&self) -> bool {
        self.path.split('/').any(|it| it == "node_modules")
    }

    /// Whether it lies where a schema without an `output` has it: managers leave that folder alone.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        paths::contains(USUAL, &self.path)
    }

    /// What a schema at `path` says; `None` where it generates no client.
    pub(super) fn of_schema(path: &str, text: &str, app: &App) -> Option<Self> {
        let is_client = |it: &(usize, &str)| provider(it.1).is_some_and(|it| it.starts_with("prisma-client"));
        let clients = || blocks(text).filter(is_client);
        let (start, client) = clients().find(|it| field(it.1, "output").is_some()).or_else(|| clients().next())?;
        let is_typescript = provider(client).as_deref() == Some("prisma-client");
        let (path_of_client, evidence) = match field(client, "output") {
            Some((output, at)) => {
                let line = text[..start + at].lines().count().max(1);
                let path_of_client = in_modules(paths::resolve(paths::parent(path), &output));
                (path_of_client, Some(Site { path: app.folder_path(path), line: Some(line) }))
            }
            None => (USUAL.to_owned(), None),
        };
        Some(Self { schema: path.to_owned(), path: path_of_client, is_typescript, evidence })
    }
}

/// The client itself lies one below what belongs to it.
fn in_modules(path: String) -> String {
    if path == format!("{USUAL}/client") { USUAL.to_owned() } else { path }
}

impl App {
    /// The client that a plain `prisma generate` makes; `None` where no schema in the usual places says so.
    #[must_use]
    pub fn generated_client(&self) -> Option<GeneratedClient> {
        let plain = ["prisma/schema.prisma", "schema.prisma"].map(str::to_owned);
        let folder = self.files.list(&self.folder_path("prisma/schema")).into_iter();
        let several = folder.filter(|(name, kind)| *kind == EntryKind::File && name.ends_with(".prisma"));
        let paths = plain.into_iter().chain(several.map(|it| format!("prisma/schema/{}", it.0)));
        paths.into_iter().find_map(|it| self.client_of(&it))
    }

    /// The client of the schema at `path`, from the app's folder.
    pub(super) fn client_of(&self, path: &str) -> Option<GeneratedClient> {
        let full = self.folder_path(path);
        let text = if self.files.is_file(&full) { self.files.text(&full)? } else { return None };
        GeneratedClient::of_schema(path, &text, self)
    }
}

/// Each `generator`, with where its text starts.
fn blocks(schema: &str) -> impl Iterator<Item = (usize, &str)> {
    let starts = schema.match_indices("generator ").map(|(at, _)| at);
    starts.map(|at| (at, schema[at..].split('}').next().unwrap_or_default()))
}

fn provider(block: &str) -> Option<String> {
    field(block, "provider").map(|it| it.0)
}

/// The text of a field, and where its line starts.
fn field(block: &str, name: &str) -> Option<(String, usize)> {
    let mut at = 0;
    for line in block.split_inclusive('\n') {
        let trimmed = line.trim();
        if trimmed.split([' ', '=', '\t']).next() == Some(name) {
            let value = trimmed.split_once('=')?.1.trim();
            return Some((value.split('"').nth(1)?.to_owned(), at + 1));
        }
        at += line.len();
    }
    None
}
