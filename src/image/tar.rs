//! Tar archives, entry by entry: old ones, POSIX with extended headers, GNU with long names.
//!
//! This is a reader of our own because what an entry may cost must be bounded before anything is read of it: an
//! extended header of ten gigabytes is an error here.

mod header;
mod pax;

use std::io::{self, Read};

pub(super) use header::{Raw, is_header};

use super::ImageError;
use super::limits;

const BLOCK: u64 = 512;

/// What an entry is, as archives tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    File,
    HardLink,
    Link,
    Folder,
    Other,
}

/// An entry without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// As written.
    pub(super) path: String,
    pub(super) kind: Type,
    /// As written; empty for what is no link.
    pub(super) target: String,
    /// In bytes; what a file has once it is unpacked.
    pub(super) size: u64,
    pub(super) mode: u32,
    pub(super) uid: u64,
    pub(super) gid: u64,
}

/// Reads an archive.
pub(super) struct Reader<R> {
    inner: R,
    /// What the archive is called in errors.
    name: String,
    /// What of the present entry is not read yet, and the padding after it.
    left: u64,
    padding: u64,
}

impl<R: Read> Reader<R> {
    pub(super) fn new(inner: R, name: impl Into<String>) -> Self {
        Self { inner, name: name.into(), left: 0, padding: 0 }
    }

    /// Goes on to the next entry; `None` at the end.
    ///
    /// # Errors
    /// Where the archive is broken, or ends too early.
    pub(super) fn next(&mut self) -> Result<Option<Head>, ImageError> {
        let mut extra = pax::Extra::default();
        loop {
            self.skip()?;
            let Some(raw) = self.block()? else { return Ok(None) };
            self.left = raw.size;
            self.padding = raw.size.next_multiple_of(BLOCK) - raw.size;
            match raw.kind {
                b'x' => extra.read(&self.bounded(&raw)?).map_err(|it| self.fault(&it))?,
                b'g' => {}
                b'L' => extra.path = Some(header::text(&self.bounded(&raw)?)),
                b'K' => extra.target = Some(header::text(&self.bounded(&raw)?)),
                _ => return self.head(raw, extra).map(Some),
            }
        }
    }

    /// What follows the last entry, up to the end of the source.
    pub(super) fn into_rest(self) -> R {
        self.inner
    }

    fn head(&mut self, raw: Raw, extra: pax::Extra) -> Result<Head, ImageError> {
        // The size in the header proper may be too small for the number.
        if let Some(size) = extra.size {
            self.left = size;
            self.padding = size.checked_next_multiple_of(BLOCK).ok_or_else(|| self.fault("a size is absurd"))? - size;
        }
        let size = if raw.is_sparse() { self.sparse_size(&raw)? } else { self.left };
        let head = raw.head(extra, size);
        // Hard links and folders have no content; some writers give them a size all the same, and none follows.
        if matches!(head.kind, Type::HardLink | Type::Link | Type::Folder) {
            (self.left, self.padding) = (0, 0);
        }
        Ok(head)
    }

    /// GNU's sparse files: the list of their parts may go on in further blocks.
    fn sparse_size(&mut self, raw: &Raw) -> Result<u64, ImageError> {
        let mut more = raw.has_more_parts();
        let mut n_blocks = 0;
        while more {
            let mut block = [0; BLOCK as usize];
            self.inner.read_exact(&mut block).map_err(|it| ImageError::io(&self.name, &it))?;
            more = block[504] != 0;
            n_blocks += 1;
            if n_blocks > limits::HEADER / BLOCK {
                return Err(self.fault("the header of a sparse file is absurdly long"));
            }
        }
        raw.real_size().ok_or_else(|| self.fault("the size of a sparse file is not a number"))
    }

    /// The next header; `None` at the end, which is two empty blocks, or nothing.
    fn block(&mut self) -> Result<Option<Raw>, ImageError> {
        let mut block = [0; BLOCK as usize];
        match read_up_to(&mut self.inner, &mut block).map_err(|it| ImageError::io(&self.name, &it))? {
            0 => return Ok(None),
            512 if block.iter().all(|it| *it == 0) => return Ok(None),
            512 => {}
            _ => return Err(ImageError::truncated(&self.name)),
        }
        Raw::read(&block).map(Some).ok_or_else(|| self.fault("a header of an entry is broken: the archive is damaged"))
    }

    fn bounded(&mut self, raw: &Raw) -> Result<Vec<u8>, ImageError> {
        if raw.size > limits::HEADER {
            return Err(self.fault(&format!("an extended header of {} bytes: no real archive has one", raw.size)));
        }
        let mut res = Vec::new();
        let name = self.name.clone();
        self.content().read_to_end(&mut res).map_err(|it| ImageError::io(&name, &it))?;
        if (res.len() as u64) < raw.size { Err(ImageError::truncated(&name)) } else { Ok(res) }
    }

    /// The content of the present entry.
    pub(super) fn content(&mut self) -> Content<'_, R> {
        Content { reader: self }
    }

    /// Passes over what is left of the present entry.
    fn skip(&mut self) -> Result<(), ImageError> {
        let mut left = self.left + self.padding;
        let mut scratch = [0; 64 * 1024];
        while left > 0 {
            let n = scratch.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            match self.inner.read(&mut scratch[..n]) {
                Ok(0) => return Err(ImageError::truncated(&self.name)),
                Ok(n) => left -= n as u64,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(ImageError::io(&self.name, &error)),
            }
        }
        (self.left, self.padding) = (0, 0);
        Ok(())
    }

    fn fault(&self, what: &str) -> ImageError {
        ImageError::at(&self.name, what)
    }
}

/// Reads the content of one entry, and no further.
pub(super) struct Content<'a, R> {
    reader: &'a mut Reader<R>,
}

impl<R: Read> Read for Content<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = buffer.len().min(usize::try_from(self.reader.left).unwrap_or(usize::MAX));
        if n == 0 {
            return Ok(0);
        }
        let n = self.reader.inner.read(&mut buffer[..n])?;
        if n == 0 {
            return Err(ImageError::truncated(&self.reader.name).into());
        }
        self.reader.left -= n as u64;
        Ok(n)
    }
}

/// Fills `buffer` as far as there is something.
pub(super) fn read_up_to(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while n < buffer.len() {
        match from.read(&mut buffer[n..]) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(n)
}
