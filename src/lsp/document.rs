//! An open document, as it stands in the client's buffer.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use ropey::Rope;
use tower_lsp_server::ls_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use super::position::Encoding;
use crate::config::FILE_NAME;
use crate::discover::is_dockerfile_name;
use crate::paths::lexical;

/// What a document is to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It is checked.
    Dockerfile,
    /// Its mistakes are reported.
    Config,
    /// A file that projects may read: its text counts in place of the disk's.
    Other,
}

/// One version of a document. A clone is cheap and stays as it is.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// As the client writes it.
    pub(super) uri: Uri,
    /// Absolute; `None` where the document stands in no file (`untitled:`).
    pub(super) path: Option<PathBuf>,
    pub(super) kind: Kind,
    /// The client's number for it.
    pub(super) version: i32,
    /// Ours: no two states of any documents share one.
    pub(super) revision: u64,
    pub(super) rope: Rope,
}

impl Document {
    pub(super) fn new(item: &TextDocumentItem) -> Self {
        let path = path_of(&item.uri);
        let kind = kind(&item.language_id, &item.uri, path.as_deref());
        let rope = Rope::from_str(&item.text);
        Self { uri: item.uri.clone(), path, kind, version: item.version, revision: next_revision(), rope }
    }

    /// Applies the changes of one notification, in order: each speaks of the text that the one before
    /// it left.
    pub(super) fn change(&mut self, version: i32, changes: &[TextDocumentContentChangeEvent], encoding: Encoding) {
        self.version = version;
        self.revision = next_revision();
        for change in changes {
            match change.range {
                None => self.rope = Rope::from_str(&change.text),
                Some(range) => {
                    let range = encoding.text_range(&self.rope, range);
                    let start = self.rope.byte_to_char(range.start().into());
                    let end = self.rope.byte_to_char(range.end().into());
                    self.rope.remove(start..end);
                    self.rope.insert(start, &change.text);
                }
            }
        }
    }
}

fn next_revision() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The file that `uri` stands for; `None` for other schemes.
pub(super) fn path_of(uri: &Uri) -> Option<PathBuf> {
    let is_file = uri.scheme().as_str().eq_ignore_ascii_case("file");
    let path = uri.to_file_path().filter(|it| is_file && it.is_absolute())?;
    Some(lexical(&path))
}

/// The URI of the file at `path`, which is absolute.
pub(super) fn uri_of(path: &Path) -> Option<Uri> {
    Uri::from_file_path(path)
}

fn kind(language: &str, uri: &Uri, path: Option<&Path>) -> Kind {
    let name = path.and_then(Path::file_name).map(|it| it.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| uri.path().as_str().rsplit('/').next().unwrap_or_default().to_owned());
    let is_language = matches!(language.to_ascii_lowercase().as_str(), "dockerfile" | "containerfile" | "docker");
    if name == FILE_NAME {
        Kind::Config
    } else if name.ends_with(".dockerignore") {
        // Some editors take it for a Dockerfile.
        Kind::Other
    } else if is_language || is_dockerfile_name(name.as_ref()) {
        Kind::Dockerfile
    } else {
        Kind::Other
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    fn open(uri: &str, language: &str) -> Document {
        Document::new(&TextDocumentItem {
            uri: Uri::from_str(uri).unwrap(),
            language_id: language.to_owned(),
            version: 1,
            text: String::new(),
        })
    }

    #[test]
    fn language_or_name_makes_a_dockerfile() {
        for (uri, language, expected) in [
            ("file:///p/Dockerfile", "plaintext", Kind::Dockerfile),
            ("file:///p/build.txt", "dockerfile", Kind::Dockerfile),
            ("untitled:Untitled-1", "dockerfile", Kind::Dockerfile),
            ("untitled:Untitled-1", "json", Kind::Other),
            ("file:///p/.dockerignore", "dockerfile", Kind::Other),
            ("file:///p/package.json", "json", Kind::Other),
            ("file:///p/nodestage.toml", "toml", Kind::Config),
        ] {
            assert_eq!(open(uri, language).kind, expected, "{uri} {language}");
        }
    }

    #[test]
    fn paths_are_decoded() {
        let path = open("file:///a%20b/%C3%BC/./Dockerfile", "dockerfile").path;
        assert_eq!(path.as_deref(), Some(Path::new("/a b/ü/Dockerfile")));
        assert_eq!(open("untitled:Untitled-1", "dockerfile").path, None);
        assert_eq!(open("git:/p/Dockerfile?x", "dockerfile").path, None);
    }
}
