//! Helpers of the tests.

use std::time::Duration;

use super::Options;

/// The options that nobody gave.
pub(super) fn options() -> Options {
    Options {
        context: "/project".into(),
        network: None,
        port: None,
        likely_ports: Vec::new(),
        paths: vec!["/".to_owned()],
        env: Vec::new(),
        env_files: Vec::new(),
        build_args: Vec::new(),
        secrets: Vec::new(),
        command: Vec::new(),
        timeout: Duration::from_secs(30),
    }
}
