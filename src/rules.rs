//! The rules: one file each, and the table.
//!
//! A rule is a value of [`Rule`] made by `declare_rule!`; its doc comment is its page (`nodestage rule
//! NAME`, the hover, the docs), with an example that a test executes. Rules see an [`Inspection`] and
//! nothing else: no disk, no other rule.
#![doc = include_str!("../docs/rules.md")]
#![allow(rustdoc::invalid_codeblock_attributes, reason = "the pages are for users: `file=` names an example's file")]

mod build_in_production;
mod build_tools_in_production;
mod dangling_link;
mod deprecated_omit;
mod detached_start;
mod dev_dependencies;
mod dev_dependency_at_runtime;
mod dev_server;
mod dockerignore;
mod early_node_env;
mod early_omit;
mod end_of_life_node;
mod failing_healthcheck;
mod failing_prepare;
mod foreign_node_modules;
mod full_base_image;
mod global_dev_tool;
mod ignored_source;
mod ineffective_omit;
mod manager_at_latest;
mod missing_client;
mod missing_manager;
mod missing_manifest;
mod missing_node;
mod missing_node_env;
mod missing_output;
mod missing_script;
mod ownership;
mod package_cache;
mod package_manager_start;
#[cfg(test)]
mod pages;
mod production_from_build;
mod root_user;
mod secret_in_image;
mod shell_form_start;
mod single_stage_build;
mod source_in_production;
mod source_maps;
mod structure;
mod support;
mod typescript_start;
mod unfrozen_install;
mod unknown_user;
mod unmatched_filter;
mod unpinned_base;
mod user_too_early;
mod whole_stage_copy;

use crate::diagnostic::{Diagnostic, Severity};
use crate::inspection::Inspection;

/// A rule's metadata and its check.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case; reads as "allow …".
    pub name: &'static str,
    /// The page, in Markdown: the doc comment of its declaration.
    pub docs: &'static str,
    /// The version that it first came with.
    pub since: &'static str,
    /// The severity where configuration says nothing else.
    pub severity: Severity,
    /// Whether it can have a fix.
    pub fixable: bool,
    /// Reports what it finds.
    pub check: fn(&Inspection, &mut Vec<Diagnostic>),
}

/// Where the page of the rule called `name` stands; `None` where there is no such rule.
///
/// It is the documentation of this module, of the same version.
#[must_use]
pub fn page_url(name: &str) -> Option<String> {
    let rule = RULES.iter().find(|it| it.name == name)?;
    let version = env!("CARGO_PKG_VERSION");
    Some(format!("https://docs.rs/nodestage/{version}/nodestage/rules/index.html#{}", rule.name))
}

/// Declares a rule: the doc comment becomes its page.
macro_rules! declare_rule {
    ($(#[doc = $doc:literal])* $vis:vis $ident:ident { name: $name:literal, since: $since:literal, severity: $severity:ident, fixable: $fixable:literal, check: $check:path }) => {
        // The page is for users: to rustdoc its examples would be code blocks with wrong attributes.
        $vis static $ident: $crate::rules::Rule = $crate::rules::Rule {
            name: $name,
            docs: concat!($($doc, "\n"),*),
            since: $since,
            severity: $crate::diagnostic::Severity::$severity,
            fixable: $fixable,
            check: $check,
        };
    };
}
#[allow(unused_imports, reason = "used by every rule")]
pub(crate) use declare_rule;

/// All rules, in the order in which their fixes go first.
pub static RULES: &[&Rule] = &[
    &single_stage_build::SINGLE_STAGE_BUILD,
    &production_from_build::PRODUCTION_FROM_BUILD,
    &whole_stage_copy::WHOLE_STAGE_COPY,
    &build_in_production::BUILD_IN_PRODUCTION,
    &source_in_production::SOURCE_IN_PRODUCTION,
    &dev_dependencies::DEV_DEPENDENCIES,
    &early_node_env::EARLY_NODE_ENV,
    &early_omit::EARLY_OMIT,
    &unfrozen_install::UNFROZEN_INSTALL,
    &ineffective_omit::INEFFECTIVE_OMIT,
    &deprecated_omit::DEPRECATED_OMIT,
    &dev_server::DEV_SERVER,
    &detached_start::DETACHED_START,
    &failing_prepare::FAILING_PREPARE,
    &dev_dependency_at_runtime::DEV_DEPENDENCY_AT_RUNTIME,
    &missing_output::MISSING_OUTPUT,
    &missing_client::MISSING_CLIENT,
    &dangling_link::DANGLING_LINK,
    &missing_node::MISSING_NODE,
    &missing_manager::MISSING_MANAGER,
    &unknown_user::UNKNOWN_USER,
    &user_too_early::USER_TOO_EARLY,
    &missing_manifest::MISSING_MANIFEST,
    &ignored_source::IGNORED_SOURCE,
    &missing_script::MISSING_SCRIPT,
    &unmatched_filter::UNMATCHED_FILTER,
    &foreign_node_modules::FOREIGN_NODE_MODULES,
    &typescript_start::TYPESCRIPT_START,
    &failing_healthcheck::FAILING_HEALTHCHECK,
    &manager_at_latest::MANAGER_AT_LATEST,
    &missing_node_env::MISSING_NODE_ENV,
    &global_dev_tool::GLOBAL_DEV_TOOL,
    &package_cache::PACKAGE_CACHE,
    &secret_in_image::SECRET_IN_IMAGE,
    &source_maps::SOURCE_MAPS,
    &build_tools_in_production::BUILD_TOOLS_IN_PRODUCTION,
    &package_manager_start::PACKAGE_MANAGER_START,
    &shell_form_start::SHELL_FORM_START,
    &root_user::ROOT_USER,
    &ownership::OWNERSHIP,
    &dockerignore::DOCKERIGNORE,
    &end_of_life_node::END_OF_LIFE_NODE,
    &full_base_image::FULL_BASE_IMAGE,
    &unpinned_base::UNPINNED_BASE,
];
