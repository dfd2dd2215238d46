//! What a file has besides its text: mode, owner, group, attributes, names.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

/// Gives `new` what the file at `target` has.
///
/// # Errors
/// Where something of it can't be given.
pub(super) fn carry_over(target: &Path, new: &File) -> io::Result<()> {
    let old = File::open(target)?;
    let metadata = old.metadata()?;
    #[cfg(unix)]
    carry_owner(&metadata, new)?;
    // After the owner: to change that drops bits of the mode.
    new.set_permissions(metadata.permissions())?;
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    carry_attributes(&old, new)?;
    Ok(())
}

/// Whether the file has more than one name.
pub(super) fn has_other_names(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::nlink(metadata) > 1;
    #[cfg(not(unix))]
    {
        let _ = metadata;
        false
    }
}

#[cfg(unix)]
fn carry_owner(old: &Metadata, new: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let now = new.metadata()?;
    if (now.uid(), now.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    fchown(new, Some(old.uid()), Some(old.gid()))
}

/// Extended attributes, among them access lists and labels.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn carry_attributes(old: &File, new: &File) -> io::Result<()> {
    use rustix::fs::{XattrFlags, flistxattr, fsetxattr};
    let mut names = vec![0; 64 << 10];
    let len = match flistxattr(old, &mut names[..]) {
        Ok(len) => len,
        Err(rustix::io::Errno::NOTSUP) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for name in names[..len].split(|it| *it == 0).filter(|it| !it.is_empty()) {
        let value = attribute(old, name)?;
        if attribute(new, name).ok().as_ref() != Some(&value) {
            fsetxattr(new, name, &value, XattrFlags::empty())?;
        }
    }
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn attribute(file: &File, name: &[u8]) -> io::Result<Vec<u8>> {
    let mut value = vec![0; 64 << 10];
    let len = rustix::fs::fgetxattr(file, name, &mut value[..])?;
    value.truncate(len);
    Ok(value)
}
