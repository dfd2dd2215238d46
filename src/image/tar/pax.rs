//! What extended headers say of the entry after them.

use super::header::text;

/// The words that count here.
#[derive(Debug, Default)]
pub(super) struct Extra {
    pub(super) path: Option<String>,
    pub(super) target: Option<String>,
    pub(super) size: Option<u64>,
    pub(super) uid: Option<u64>,
    pub(super) gid: Option<u64>,
}

impl Extra {
    /// Reads records: `LENGTH KEY=VALUE\n`, the length that of the whole record.
    ///
    /// # Errors
    /// Where one is broken.
    pub(super) fn read(&mut self, mut records: &[u8]) -> Result<(), String> {
        while !records.is_empty() {
            let (key, value, rest) = record(records).ok_or("an extended header is broken: the archive is damaged")?;
            let number = || text(value).parse::<u64>().ok().filter(|it| *it < 1 << 60);
            match key {
                b"path" => self.path = Some(text(value)),
                b"linkpath" => self.target = Some(text(value)),
                b"size" => self.size = Some(number().ok_or("a size is absurd: the archive is damaged")?),
                b"uid" => self.uid = number(),
                b"gid" => self.gid = number(),
                _ => {}
            }
            records = rest;
        }
        Ok(())
    }
}

/// The first record, split, and what follows.
fn record(records: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = records.iter().position(|it| *it == b' ')?;
    let len: usize = std::str::from_utf8(&records[..space]).ok()?.parse().ok()?;
    let whole = records.get(..len).filter(|_| len > space + 1)?;
    let pair = whole[space + 1..].strip_suffix(b"\n")?;
    let equals = pair.iter().position(|it| *it == b'=')?;
    Some((&pair[..equals], &pair[equals + 1..], &records[len..]))
}

#[cfg(test)]
mod tests {
    use super::Extra;

    #[test]
    fn records() {
        let mut extra = Extra::default();
        extra.read(b"12 path=a/b\n14 size=10000\n20 comment=something\n").unwrap_err();
        extra.read(b"12 path=a/b\n14 size=10000\n").unwrap();
        assert_eq!((extra.path.as_deref(), extra.size), (Some("a/b"), Some(10000)));
        for broken in [&b"999 path=a\n"[..], b"path=a\n", b"3 a", b"6 a=b ", b"22 size=99999999999999999999\n"] {
            assert!(Extra::default().read(broken).is_err(), "{broken:?}");
        }
    }
}
