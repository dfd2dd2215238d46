//! What needs something outside of node_modules: browsers in a home, libraries of the system.

use super::rows::{Fact, Package, row};

pub(super) const PACKAGES: &[Package] =
    &[row("playwright", &[Fact::Home(".cache/ms-playwright")]), row("puppeteer", &[Fact::Home(".cache/puppeteer")])];
