//! Which contents are kept while an image is read, and what of them.

use std::io::{self, Read};

use memchr::memmem;

use super::facts::{self, Addon};
use crate::ecosystem::files::{FileKind, kind_of};
use crate::ecosystem::{images, managers, secrets};
use crate::image::Look;
use crate::paths;

/// Keeps what [`audit`](super::audit()) asks for: manifests, locks, settings and keys, the users, the app's own code, and of
/// packages and addons a few words.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reader;

/// Larger files of a kind are not kept, in bytes.
const MAX_LOCK: u64 = 8 << 20;
const MAX_CODE: u64 = 256 << 10;
const MAX_TEXT: u64 = 64 << 10;

/// What is kept of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Want {
    Nothing,
    Whole,
    /// The version that a package.json names.
    Version,
    /// What an addon was linked with.
    Addon,
    /// Whether it is no TypeScript but a film.
    Film,
    /// A key, if it is a private one.
    Key,
}

impl Look for Reader {
    fn wants(&self, path: &str, size: u64) -> bool {
        want(path, size) != Want::Nothing
    }

    /// Code is followed as far as it is there.
    fn is_vital(&self, path: &str) -> bool {
        kind_of(path) != FileKind::JavaScript
    }

    fn keep(&self, path: &str, content: &mut dyn Read) -> io::Result<Option<Vec<u8>>> {
        match want(path, 0) {
            Want::Nothing => Ok(None),
            Want::Addon => addon(content).map(|it| Some(it.written())),
            Want::Film => {
                let mut head = [0; 1];
                let n = content.read(&mut head)?;
                Ok((n == 1 && matches!(head[0], 0x47 | b'<')).then(|| facts::NO_CODE.to_vec()))
            }
            Want::Version => whole(content).map(|it| version(&it)),
            Want::Key => whole(content).map(|it| Some(it).filter(|it| memmem::find(it, b"PRIVATE KEY-----").is_some())),
            Want::Whole => whole(content).map(Some),
        }
    }
}

fn whole(content: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut res = Vec::new();
    content.read_to_end(&mut res)?;
    Ok(res)
}

fn want(path: &str, size: u64) -> Want {
    let name = paths::file_name(path);
    let up_to = |max: u64, want: Want| if size <= max { want } else { Want::Nothing };
    let is_package = path.contains("/node_modules/");
    match kind_of(path) {
        FileKind::Addon => Want::Addon,
        _ if name == facts::HIDDEN_LOCK => up_to(MAX_LOCK, Want::Whole),
        _ if is_package && name == "package.json" => up_to(MAX_CODE, Want::Version),
        _ if is_package => Want::Nothing,
        _ if managers::is_lock(name) => up_to(MAX_LOCK, Want::Whole),
        _ if secrets::is_settings(name) || name == "package.json" => up_to(MAX_CODE, Want::Whole),
        _ if secrets::may_be_key(path) => up_to(MAX_TEXT, Want::Key),
        FileKind::Environment => up_to(MAX_TEXT, Want::Whole),
        _ if matches!(path, "/etc/passwd" | "/etc/group") || name.ends_with(".sh") => up_to(MAX_TEXT, Want::Whole),
        _ if images::is_of_system(path) => Want::Nothing,
        FileKind::TypeScript => Want::Film,
        FileKind::JavaScript => up_to(MAX_CODE, Want::Whole),
        _ => Want::Nothing,
    }
}

/// The version of a package.json.
fn version(text: &[u8]) -> Option<Vec<u8>> {
    #[derive(serde::Deserialize)]
    struct File {
        version: String,
    }
    serde_json::from_slice::<File>(text).ok().map(|it| it.version.into_bytes())
}

/// What an addon asks for, found by the names of libraries in it: they stand anywhere in the file.
fn addon(content: &mut dyn Read) -> io::Result<Addon> {
    let finders = [memmem::Finder::new(b"libc.musl-"), memmem::Finder::new(b"libc.so.6\0")];
    let longest = 10;
    let mut res = Addon::default();
    let mut buffer = vec![0; 64 * 1024];
    let (mut n_kept, mut is_first) = (0, true);
    loop {
        let n = content.read(&mut buffer[n_kept..])?;
        let end = n_kept + n;
        if n == 0 {
            return Ok(res);
        }
        if is_first && end >= 20 {
            res.machine = facts::machine(&buffer[..end]);
            is_first = false;
        }
        res.is_musl |= finders[0].find(&buffer[..end]).is_some();
        res.is_glibc |= finders[1].find(&buffer[..end]).is_some();
        // A name may go on in what comes next.
        n_kept = if is_first { end } else { end.min(longest) };
        buffer.copy_within(end - n_kept..end, 0);
    }
}
