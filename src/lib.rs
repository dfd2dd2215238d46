//! nodestage finds and fixes what should not ship in the production stage of a Node.js Dockerfile.
//!
//! Reading order, from the bottom up; each module uses only those above it:
//!
//! - [`text`]: byte ranges, lines.
//! - `paths`: paths as text, in the build context and in an image.
//! - [`image`]: built images: archives, layouts and engines read to one tree of files.
//! - [`syntax`]: Dockerfile text to typed instructions; never fails.
//! - [`shell`]: the commands inside RUN, CMD and ENTRYPOINT, ranges mapped back to the file.
//! - [`ecosystem`]: what is known of Node's tools and packages; words and versions, never the disk.
//! - [`project`]: the build context as plain facts; only its loader reads the disk.
//! - [`stages`]: the stage graph, and what each stage holds.
//! - [`facts`]: what ships and what it runs, from stages and project together.
//! - [`fix`], [`diagnostic`], [`config`]: the vocabulary of reporting and fixing, and nodestage.toml.
//! - [`inspection`]: one look at one Dockerfile, with all of the above: made once, shared by rewrite, rules, fixes and
//!   server.
//! - [`rewrite`]: the plan for a whole production stage.
//! - [`rules`]: one file a rule; rules import neither one another nor the disk.
//! - [`linter`]: check and fix, the only doors.
//! - [`audit`]: what a built image holds that should not ship.
//! - [`prove`]: both images of a rewrite, built, started and compared by an engine.
//! - [`discover`], [`report`]: finding Dockerfiles, output formats.
//! - [`lsp`]: the language server.
//! - [`cli`]: the command line.
//!
//! Data flows one way: bytes → syntax → stages (with project and settings) → rules → diagnostics with
//! fixes → (apply → bytes again). `tests/architecture.rs` checks who imports whom.

pub mod audit;
pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod discover;
pub mod ecosystem;
pub mod facts;
pub mod fix;
pub mod image;
pub mod inspection;
pub mod linter;
pub mod lsp;
mod paths;
pub mod project;
pub mod prove;
pub mod report;
pub mod rewrite;
pub mod rules;
pub mod shell;
pub mod stages;
pub mod syntax;
#[doc(hidden)]
pub mod testing;
pub mod text;
