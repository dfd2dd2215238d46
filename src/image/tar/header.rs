//! The block of 512 bytes in front of an entry.

use super::pax::Extra;
use super::{Head, Type};

/// A header as it stands in the archive.
pub(in super::super) struct Raw {
    path: String,
    target: String,
    /// In bytes, of what is stored.
    pub(super) size: u64,
    mode: u32,
    uid: u64,
    gid: u64,
    /// The letter for what it is.
    pub(super) kind: u8,
    sparse: Option<(Option<u64>, bool)>,
}

/// Whether `block` can be a header: its checksum is right.
pub(in super::super) fn is_header(block: &[u8]) -> bool {
    let Some(written) = block.get(148..156).and_then(number).filter(|_| block.len() >= 512) else { return false };
    let sum = |at: usize, it: u8| u64::from(if (148..156).contains(&at) { b' ' } else { it });
    let found: u64 = block[..512].iter().enumerate().map(|(at, it)| sum(at, *it)).sum();
    found == written
}

impl Raw {
    /// `None` where it is no header.
    pub(super) fn read(block: &[u8; 512]) -> Option<Self> {
        if !is_header(block) {
            return None;
        }
        let kind = block[156];
        let sparse = (kind == b'S').then(|| (number(&block[483..495]), block[482] != 0));
        Some(Self {
            path: path(block),
            target: text(&block[157..257]),
            size: number(&block[124..136]).filter(|it| *it < 1 << 60)?,
            mode: u32::try_from(number(&block[100..108]).unwrap_or(0)).unwrap_or(0) & 0o7777,
            uid: number(&block[108..116]).unwrap_or(0),
            gid: number(&block[116..124]).unwrap_or(0),
            kind,
            sparse,
        })
    }

    pub(super) fn is_sparse(&self) -> bool {
        self.sparse.is_some()
    }

    pub(super) fn has_more_parts(&self) -> bool {
        self.sparse.is_some_and(|it| it.1)
    }

    pub(super) fn real_size(&self) -> Option<u64> {
        self.sparse.and_then(|it| it.0)
    }

    /// With what extended headers say in place of the header's own words.
    pub(super) fn head(self, extra: Extra, size: u64) -> Head {
        let path = extra.path.unwrap_or(self.path);
        let kind = match self.kind {
            b'1' => Type::HardLink,
            b'2' => Type::Link,
            b'5' | b'D' => Type::Folder,
            // Old archives know folders by their slash only.
            b'0' | 0 if path.ends_with('/') => Type::Folder,
            b'0' | 0 | b'7' | b'S' => Type::File,
            _ => Type::Other,
        };
        let target = if matches!(kind, Type::HardLink | Type::Link) {
            extra.target.unwrap_or(self.target)
        } else {
            String::new()
        };
        let (uid, gid) = (extra.uid.unwrap_or(self.uid), extra.gid.unwrap_or(self.gid));
        let size = if kind == Type::File { size } else { 0 };
        Head { path, kind, target, size, mode: self.mode, uid, gid }
    }
}

/// POSIX splits a long path in two.
fn path(block: &[u8; 512]) -> String {
    let name = text(&block[..100]);
    let is_posix = &block[257..263] == b"ustar\0";
    match text(&block[345..500]) {
        prefix if is_posix && !prefix.is_empty() => format!("{prefix}/{name}"),
        _ => name,
    }
}

/// Up to the first zero byte.
pub(super) fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|it| *it == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

/// Octal digits, or GNU's binary numbers; `None` for anything else and for what is below zero.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let rest = field.iter().enumerate().map(|(at, it)| if at == 0 { it & 0x7f } else { *it });
        return rest.into_iter().try_fold(0_u64, |res, it| res.checked_mul(256)?.checked_add(u64::from(it)));
    }
    let written = text(field);
    match written.trim_matches(' ') {
        "" => Some(0),
        digits => u64::from_str_radix(digits, 8).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers() {
        for (field, expected) in [
            (&b"0000644\0"[..], Some(0o644)),
            (b"     12 ", Some(10)),
            (b"\0\0\0\0\0\0\0\0", Some(0)),
            (b"\x80\0\0\0\0\0\x01\0", Some(256)),
            (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", None),
            (b"0009    ", None),
        ] {
            assert_eq!(number(field), expected, "{field:?}");
        }
    }
}
