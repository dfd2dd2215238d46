//! The entries of a layer, as records that are small enough to keep them all.

use std::io::{self, Read};

use super::names::{Names, PathId, ROOT};
use super::tar::{Head, Reader, Type};
use super::{ImageError, Look, Progress, limits};

/// What a layer says of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    File,
    Folder,
    /// A symbolic link; its target's place among the texts.
    Link(u32),
    /// Another name of the file at this path.
    HardLink(PathId),
    Other,
    /// It is gone.
    Whiteout,
    /// What layers below have in this folder is gone.
    Opaque,
}

/// No content is kept.
const NOTHING: u32 = u32::MAX;

/// One entry of one layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    pub(super) path: PathId,
    pub(super) said: Said,
    pub(super) mode: u16,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) size: u64,
    kept: u32,
}

/// The entries of one layer.
#[derive(Default)]
pub(super) struct Records {
    pub(super) all: Vec<Record>,
    /// Of its content, decompressed.
    pub(super) digest: String,
}

/// What the records of all layers speak of.
pub(super) struct Contents {
    pub(super) names: Names,
    /// Where symbolic links lead.
    pub(super) targets: Vec<Box<str>>,
    /// What is kept of files.
    pub(super) kept: Vec<Box<[u8]>>,
    /// Whether that is all that was asked for.
    pub(super) is_complete: bool,
}

/// What is kept of all layers.
pub(super) struct Store<'a> {
    pub(super) contents: Contents,
    look: &'a dyn Look,
    progress: &'a mut dyn Progress,
    n_kept: usize,
    n_entries: usize,
    content: u64,
}

impl Record {
    /// What is kept of its content: the place in the store.
    pub(super) fn kept(&self) -> Option<usize> {
        (self.kept != NOTHING).then_some(self.kept as usize)
    }
}

impl<'a> Store<'a> {
    /// Nothing yet.
    pub(super) fn new(look: &'a dyn Look, progress: &'a mut dyn Progress) -> Self {
        Self {
            contents: Contents { names: Names::new(), targets: Vec::new(), kept: Vec::new(), is_complete: true },
            look,
            progress,
            n_kept: 0,
            n_entries: 0,
            content: 0,
        }
    }

    /// Tells whoever listens how many bytes of the source are read.
    pub(super) fn tell(&mut self, bytes: u64) {
        self.progress.at(bytes, self.n_entries);
    }

    /// Reads the layer called `name` to its last entry; `read` says how much of the source is read by now.
    ///
    /// # Errors
    /// Where it is broken, or costs more than is allowed.
    pub(super) fn read(
        &mut self,
        reader: &mut Reader<impl Read>,
        name: &str,
        read: &dyn Fn() -> u64,
    ) -> Result<Vec<Record>, ImageError> {
        let mut res = Vec::new();
        while let Some(head) = reader.next()? {
            self.n_entries += 1;
            self.count(head.size, name)?;
            if self.n_entries.is_multiple_of(256) {
                self.tell(read());
            }
            if let Some(record) = self.record(&head, reader, name)? {
                res.push(record);
            }
        }
        res.shrink_to_fit();
        Ok(res)
    }

    /// Counts bytes of the layer called `name`.
    ///
    /// # Errors
    /// Where there is more of something than is allowed.
    pub(super) fn count(&mut self, bytes: u64, name: &str) -> Result<(), ImageError> {
        self.content = self.content.saturating_add(bytes);
        if self.n_entries > limits::ENTRIES {
            return Err(ImageError::at(
                name,
                format_args!("the image has more than {} entries, more than nodestage reads", limits::ENTRIES),
            ));
        }
        if self.content > limits::CONTENT {
            let limit = limits::CONTENT >> 30;
            return Err(ImageError::at(
                name,
                format_args!("the layers hold more than {limit} GiB, more than nodestage reads"),
            ));
        }
        Ok(())
    }

    fn record(
        &mut self,
        head: &Head,
        reader: &mut Reader<impl Read>,
        layer: &str,
    ) -> Result<Option<Record>, ImageError> {
        let Some((folder, name)) = self.place(&head.path, layer)? else { return Ok(None) };
        let (path, said) = match name.strip_prefix(".wh.") {
            Some(".wh..opq") => (folder, Said::Opaque),
            // What AUFS noted for itself.
            Some(rest) if rest.is_empty() || rest.starts_with(".wh.") => return Ok(None),
            Some(gone) => (self.contents.names.intern(folder, gone)?, Said::Whiteout),
            None => (self.contents.names.intern(folder, name)?, self.said(head, layer)?),
        };
        let kept = if said == Said::File { self.keep(path, head.size, reader, layer)? } else { NOTHING };
        let id = |it: u64| u32::try_from(it).unwrap_or(u32::MAX);
        let (uid, gid) = (id(head.uid), id(head.gid));
        Ok(Some(Record { path, said, mode: head.mode as u16, uid, gid, size: head.size, kept }))
    }

    fn said(&mut self, head: &Head, layer: &str) -> Result<Said, ImageError> {
        Ok(match head.kind {
            Type::File => Said::File,
            Type::Folder => Said::Folder,
            Type::Other => Said::Other,
            Type::Link => {
                self.contents.targets.push(head.target.as_str().into());
                Said::Link(self.contents.targets.len() as u32 - 1)
            }
            Type::HardLink => match self.place(&head.target, layer)? {
                Some((folder, name)) => Said::HardLink(self.contents.names.intern(folder, name)?),
                None => return Err(ImageError::at(layer, format_args!("`{}` is a hard link to a folder", head.path))),
            },
        })
    }

    /// The folder and the name of a path as written; `None` for the root itself.
    ///
    /// # Errors
    /// Where it leads out of the image.
    fn place<'p>(&mut self, written: &'p str, layer: &str) -> Result<Option<(PathId, &'p str)>, ImageError> {
        let mut parts = written.split('/').filter(|it| !it.is_empty() && *it != ".").peekable();
        let mut folder = ROOT;
        if written.len() > crate::paths::MAX_LEN {
            return Err(ImageError::at(layer, "a path is longer than any system allows"));
        }
        while let Some(part) = parts.next() {
            if part == ".." {
                let what = format!("the entry `{written}` leads out of the image: the archive is not to be trusted");
                return Err(ImageError::at(layer, what));
            }
            if parts.peek().is_none() {
                return Ok(Some((folder, part)));
            }
            folder = self.contents.names.intern(folder, part).map_err(|it| ImageError::at(layer, it))?;
        }
        Ok(None)
    }

    fn keep(
        &mut self,
        path: PathId,
        size: u64,
        reader: &mut Reader<impl Read>,
        layer: &str,
    ) -> Result<u32, ImageError> {
        let path = self.contents.names.path(path);
        if !self.look.wants(&path, size) {
            return Ok(NOTHING);
        }
        let kept = self.look.keep(&path, &mut reader.content() as &mut dyn Read);
        let Some(bytes) = kept.map_err(|it: io::Error| ImageError::io(layer, &it))? else { return Ok(NOTHING) };
        let is_vital = self.look.is_vital(&path);
        if self.n_kept + bytes.len() > if is_vital { limits::KEPT } else { limits::KEPT_BESIDES } {
            self.contents.is_complete &= !is_vital;
            return Ok(NOTHING);
        }
        self.n_kept += bytes.len();
        self.contents.kept.push(bytes.into_boxed_slice());
        Ok(self.contents.kept.len() as u32 - 1)
    }
}
