//! Writing over a file, where a new one in its place would not be the same.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// A file that is open for writing.
pub(super) struct InPlace(File);

impl InPlace {
    pub(super) fn open(target: &Path) -> io::Result<Self> {
        OpenOptions::new().read(true).write(true).open(target).map(Self)
    }

    /// Writes `new` over `old`; what is written halfway is taken back.
    pub(super) fn write(&mut self, old: &[u8], new: &str) -> io::Result<()> {
        let mut now = Vec::new();
        self.0.rewind()?;
        (&self.0).take(old.len() as u64 + 1).read_to_end(&mut now)?;
        if now != old {
            return Err(io::Error::other(super::CHANGED));
        }
        self.put(new.as_bytes()).inspect_err(|_| {
            let _ = self.put(old);
        })
    }

    fn put(&mut self, text: &[u8]) -> io::Result<()> {
        self.0.rewind()?;
        self.0.write_all(text)?;
        self.0.set_len(text.len() as u64)?;
        self.0.sync_all()
    }
}
