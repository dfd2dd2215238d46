//! The log: to stderr, at a level that the client's settings can change.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// Where the log goes, if anywhere.
#[derive(Clone, Default)]
pub struct Logs {
    set: Option<std::sync::Arc<dyn Fn(EnvFilter) + Send + Sync>>,
}

impl Logs {
    /// Logs what is told by `tracing` to stderr, from now on and for the whole process: from `level` on, or
    /// warnings until settings say otherwise.
    #[must_use]
    pub fn to_stderr(level: Option<&str>) -> Self {
        let asked = level.and_then(|it| EnvFilter::try_new(it).ok());
        let is_fixed = asked.is_some();
        let filter = asked.unwrap_or_else(|| EnvFilter::new("warn"));
        let builder = tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false);
        let builder = builder.with_env_filter(filter).with_filter_reloading();
        let handle = builder.reload_handle();
        if builder.finish().try_init().is_err() || is_fixed {
            return Self::default();
        }
        Self { set: Some(std::sync::Arc::new(move |filter| drop(handle.reload(filter)))) }
    }

    /// Logs from `level` on: `off`, `error`, `warn`, `info`, `debug`, `trace`.
    pub(super) fn set_level(&self, level: &str) {
        if let (Some(set), Ok(filter)) = (&self.set, EnvFilter::try_new(level)) {
            set(filter);
        }
    }
}
