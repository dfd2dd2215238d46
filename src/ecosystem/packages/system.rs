//! What needs something outside of node_modules: browsers in a home, libraries of the system.
//!
//! Electron, chromedriver, Prisma's engines, ONNX and ffmpeg binaries lie inside of node_modules and need no row.

use super::rows::{Fact, Package, row, writes_folder};

const CYPRESS: &str = ".cache/Cypress";
const MONGODB: &str = ".cache/mongodb-binaries";
const PLAYWRIGHT: &str = ".cache/ms-playwright";
const PUPPETEER: &str = ".cache/puppeteer";

pub(super) const PACKAGES: &[Package] = &[
    row("@huggingface/transformers", &[writes_folder("node_modules/@huggingface/transformers/.cache", "cache_dir")]),
    row("@playwright/browser-chromium", &[Fact::Home(PLAYWRIGHT)]),
    row("@playwright/browser-firefox", &[Fact::Home(PLAYWRIGHT)]),
    row("@playwright/browser-webkit", &[Fact::Home(PLAYWRIGHT)]),
    row("@xenova/transformers", &[writes_folder("node_modules/@xenova/transformers/.cache", "cache_dir")]),
    row("cypress", &[Fact::Home(CYPRESS)]),
    row("mongodb-memory-server", &[Fact::Home(MONGODB)]),
    row("mongodb-memory-server-global", &[Fact::Home(MONGODB)]),
    row("patchright", &[Fact::Home(PLAYWRIGHT)]),
    row("playwright", &[Fact::Home(PLAYWRIGHT)]),
    row("playwright-chromium", &[Fact::Home(PLAYWRIGHT)]),
    row("playwright-firefox", &[Fact::Home(PLAYWRIGHT)]),
    row("playwright-webkit", &[Fact::Home(PLAYWRIGHT)]),
    row("puppeteer", &[Fact::Home(PUPPETEER)]),
    row("puppeteer-chromium-resolver", &[Fact::Home(".chromium-browser-snapshots")]),
    row("rebrowser-puppeteer", &[Fact::Home(PUPPETEER)]),
];
