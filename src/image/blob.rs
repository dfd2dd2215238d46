//! A blob of unknown kind: a layer, compressed or not, a document, or something else.

use std::io::{self, BufReader, Cursor, Read};

use super::digest::Seen;
use super::{ImageError, limits, tar};

/// Enough to tell what it is.
const HEAD: usize = 512;

/// What a blob holds by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A tar archive as it is.
    Tar,
    Gzip,
    Zstd,
    /// It may be JSON.
    Document,
    Unknown,
}

/// A blob of which the first bytes were looked at.
pub(super) struct Blob<R> {
    pub(super) content: Content,
    pub(super) inner: io::Chain<Cursor<Vec<u8>>, R>,
}

impl<R: Read> Blob<R> {
    /// Looks at the first bytes.
    pub(super) fn new(mut inner: R) -> io::Result<Self> {
        let mut head = vec![0; HEAD];
        let n = tar::read_up_to(&mut inner, &mut head)?;
        head.truncate(n);
        Ok(Self { content: told(&head), inner: Cursor::new(head).chain(inner) })
    }
}

fn told(head: &[u8]) -> Content {
    let first = head.iter().find(|it| !it.is_ascii_whitespace());
    match head {
        [0x1f, 0x8b, ..] => Content::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Content::Zstd,
        _ if tar::is_header(head) || (head.len() == HEAD && head.iter().all(|it| *it == 0)) => Content::Tar,
        _ if matches!(first, Some(b'{' | b'[')) => Content::Document,
        _ => Content::Unknown,
    }
}

/// Reads `packed`, of which `seen` counts the bytes, decompressed as its first bytes ask for; `name` is for errors.
pub(super) fn unpack<'a>(content: Content, packed: impl Read + 'a, seen: Seen, name: &str) -> io::Result<Growing<'a>> {
    let inner: Box<dyn Read + 'a> = match content {
        Content::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(64 << 10, packed))),
        Content::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::new(packed)?;
            decoder.window_log_max(limits::ZSTD_WINDOW)?;
            Box::new(decoder)
        }
        _ => Box::new(packed),
    };
    let packed = (content != Content::Tar).then_some(seen);
    Ok(Growing { inner, packed, bytes: 0, name: name.to_owned() })
}

/// Stops a reader that makes far more than it was given.
pub(super) struct Growing<'a> {
    inner: Box<dyn Read + 'a>,
    packed: Option<Seen>,
    bytes: u64,
    name: String,
}

impl Read for Growing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer).map_err(|it| self.fault(it))?;
        self.bytes += n as u64;
        let packed = self.packed.as_ref().map_or(u64::MAX, Seen::bytes);
        if self.bytes > limits::FREE_GROWTH && self.bytes / limits::GROWTH > packed {
            let what = format!(
                "grows to more than {} times its size when it is decompressed: no real layer does, so it is not read on",
                limits::GROWTH
            );
            return Err(ImageError::at(&self.name, what).into());
        }
        Ok(n)
    }
}

impl Growing<'_> {
    /// Decoders say in words of their own what is wrong.
    fn fault(&self, error: io::Error) -> io::Error {
        match error.kind() {
            _ if error.get_ref().is_some_and(|it| it.is::<ImageError>()) || self.packed.is_none() => error,
            io::ErrorKind::UnexpectedEof => ImageError::truncated(&self.name).into(),
            io::ErrorKind::Interrupted => error,
            _ => {
                ImageError::at(&self.name, format_args!("cannot be decompressed: {error}; save the image again")).into()
            }
        }
    }
}

/// Reads a document to its end.
pub(super) fn document(from: impl Read, name: &str) -> Result<Vec<u8>, ImageError> {
    let mut res = Vec::new();
    from.take(limits::DOCUMENT + 1).read_to_end(&mut res).map_err(|it| ImageError::io(name, &it))?;
    match res.len() as u64 > limits::DOCUMENT {
        true => Err(ImageError::at(name, format_args!("larger than {} MiB: no manifest is", limits::DOCUMENT >> 20))),
        false => Ok(res),
    }
}
