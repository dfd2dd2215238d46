//! What an image may cost: anything above is an error that names the limit.
//!
//! Real images of Node apps have some 10,000 to 300,000 entries in fewer than 100 layers.

/// Entries of all layers together. A record takes some 100 bytes of memory.
pub const ENTRIES: usize = 3_000_000;

/// Entries of the archive around the layers.
pub const BLOBS: usize = 20_000;

/// Names of all entries together, in bytes.
pub const NAMES: usize = 256 << 20;

/// Layers of one image. Engines take 127.
pub const LAYERS: usize = 1000;

/// A manifest, an index or a configuration, in bytes.
pub const DOCUMENT: u64 = 4 << 20;

/// All of these together.
pub const DOCUMENTS: usize = 16 << 20;

/// What is kept of the files' contents together, in bytes. Where there is more, the rest is not kept and
/// [`Tree::is_complete`](super::Tree::is_complete) says so.
pub const KEPT: usize = 24 << 20;

/// What is kept of the contents that are not vital, in bytes.
pub const KEPT_BESIDES: usize = 10 << 20;

/// The extended header of one entry, in bytes.
pub const HEADER: u64 = 1 << 20;

/// How many times its own size a compressed layer may grow to, where that is more than [`FREE_GROWTH`].
pub const GROWTH: u64 = 100;

/// So many bytes of one layer are read whatever they were compressed from.
pub const FREE_GROWTH: u64 = 256 << 20;

/// All layers together, decompressed, in bytes.
pub const CONTENT: u64 = 64 << 30;

/// Binary logarithm of the largest window of zstd: what its own command line accepts.
pub(super) const ZSTD_WINDOW: u32 = 27;
