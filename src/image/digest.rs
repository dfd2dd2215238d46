//! Hashing what passes by.

use std::cell::RefCell;
use std::io::{self, Read};
use std::rc::Rc;

use sha2::{Digest, Sha256};

/// Hashes and counts what is read through it.
pub(super) struct Hashing<R> {
    inner: R,
    seen: Seen,
}

/// What was read so far; another one may look at it while the reader is lent out.
#[derive(Clone, Default)]
pub(super) struct Seen(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    hash: Option<Sha256>,
    bytes: u64,
}

impl<R: Read> Hashing<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, seen: Seen::hashing() }
    }

    /// Only counts.
    pub(super) fn counting(inner: R) -> Self {
        Self { inner, seen: Seen::default() }
    }

    pub(super) fn seen(&self) -> Seen {
        self.seen.clone()
    }
}

impl Seen {
    fn hashing() -> Self {
        Self(Rc::new(RefCell::new(State { hash: Some(Sha256::new()), bytes: 0 })))
    }

    /// How many bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.0.borrow().bytes
    }

    /// Their digest, `sha256:…`; empty where they are only counted.
    pub(super) fn digest(&self) -> String {
        let Some(hash) = self.0.borrow().hash.clone().map(Sha256::finalize) else { return String::new() };
        let mut res = "sha256:".to_owned();
        hash.iter().for_each(|it| res.push_str(&format!("{it:02x}")));
        res
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let mut state = self.seen.0.borrow_mut();
        if let Some(hash) = &mut state.hash {
            hash.update(&buffer[..n]);
        }
        state.bytes += n as u64;
        Ok(n)
    }
}

/// The digest of `bytes`.
pub(super) fn of(bytes: &[u8]) -> String {
    let seen = Seen::hashing();
    if let Some(hash) = &mut seen.0.borrow_mut().hash {
        hash.update(bytes);
    }
    seen.digest()
}

/// Whether `text` is a digest of the one kind that is used: `sha256:` and 64 hexadecimal digits.
pub(super) fn is_one(text: &str) -> bool {
    let hex = text.strip_prefix("sha256:").unwrap_or_default();
    hex.len() == 64 && hex.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(of(b""), empty);
        assert!(is_one(empty) && !is_one("sha256:../../etc/passwd") && !is_one(&empty.to_uppercase()));
    }
}
