//! Reading a Dockerfile.

use std::io::{self, Read};
use std::path::Path;

use crate::discover::MAX_SIZE;
use crate::project::read_regular;

/// The text of the file at `path`, or of stdin for `-`.
///
/// # Errors
/// What is wrong, with the path and a way out.
pub(super) fn read(path: &Path) -> Result<String, String> {
    let name = name(path);
    let bytes = if is_stdin(path) { limited(io::stdin().lock()) } else { read_regular(path, MAX_SIZE as u64) };
    let bytes = bytes.map_err(|it| format!("{name}: {}", reason(&it)))?;
    decode(bytes).map_err(|it| format!("{name}: {it}"))
}

/// Whether `path` stands for stdin.
pub(super) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn name(path: &Path) -> String {
    if is_stdin(path) { "stdin".to_owned() } else { path.display().to_string() }
}

fn limited(from: impl Read) -> io::Result<Vec<u8>> {
    // Few Dockerfiles are larger: one read, and one that ends it.
    let mut bytes = Vec::with_capacity(8 * 1024);
    from.take(MAX_SIZE as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_SIZE { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::FileTooLarge => "larger than 1 MiB, so not a Dockerfile that nodestage would look at".to_owned(),
        io::ErrorKind::Unsupported => "not a regular file; `-` reads from a pipe".to_owned(),
        io::ErrorKind::PermissionDenied if error.get_ref().is_some() => format!("not read: {error}"),
        io::ErrorKind::PermissionDenied => "cannot be read: permission denied".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

fn decode(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|it| {
        let at = it.utf8_error().valid_up_to();
        let line = it.as_bytes()[..at].iter().filter(|it| **it == b'\n').count() + 1;
        let byte = it.as_bytes()[at];
        format!("not UTF-8: byte 0x{byte:02x} at offset {at}, line {line}; save the file as UTF-8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_utf8_is_pointed_at() {
        let error = decode(b"FROM a\n# caf\xe9\n".to_vec()).expect_err("it is Latin-1");
        assert_eq!(error, "not UTF-8: byte 0xe9 at offset 12, line 2; save the file as UTF-8");
    }
}
