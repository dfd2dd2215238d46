//! What is kept of contents in a few bytes.

/// Kept of a file that has the name of code, and is none.
pub(super) const NO_CODE: &[u8] = b"-";

/// npm's own lock of what is installed, in node_modules.
pub(super) const HIDDEN_LOCK: &str = ".package-lock.json";

/// What an addon was linked with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Addon {
    pub(super) is_musl: bool,
    pub(super) is_glibc: bool,
    /// `None` where it is no ELF file, or one for a processor without images of Node.
    pub(super) machine: Option<&'static str>,
}

/// Processors by ELF's numbers, as platforms call them.
const MACHINES: &[(u16, &str)] =
    &[(3, "386"), (21, "ppc64le"), (22, "s390x"), (40, "arm"), (62, "amd64"), (183, "arm64")];

/// The processor that an ELF file is for.
pub(super) fn machine(head: &[u8]) -> Option<&'static str> {
    if !head.starts_with(b"\x7fELF") || head.len() < 20 {
        return None;
    }
    let bytes = [head[18], head[19]];
    let number = if head[5] == 2 { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) };
    MACHINES.iter().find(|it| it.0 == number).map(|it| it.1)
}

impl Addon {
    /// As it is kept.
    pub(super) fn written(self) -> Vec<u8> {
        let number = MACHINES.iter().position(|it| Some(it.1) == self.machine).map_or(u8::MAX, |it| it as u8);
        vec![u8::from(self.is_musl), u8::from(self.is_glibc), number]
    }

    /// What was kept.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let [musl, glibc, number] = bytes else { return None };
        let machine = MACHINES.get(usize::from(*number)).map(|it| it.1);
        Some(Self { is_musl: *musl == 1, is_glibc: *glibc == 1, machine })
    }
}
