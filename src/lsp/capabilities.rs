//! What the client can do, asked once, and what the server can do.

use tower_lsp_server::ls_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProviderCapability, DiagnosticOptions,
    DiagnosticServerCapabilities, DiagnosticTag, ExecuteCommandOptions, FoldingRangeProviderCapability,
    HoverProviderCapability, InitializeParams, MarkupKind, OneOf, ResourceOperationKind, SaveOptions,
    ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, WorkDoneProgressOptions, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};

use super::position::Encoding;

/// The kind of the action that fixes all that is safe.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.nodestage");

/// The command that answers with what the production stage ships.
pub(super) const WHAT_SHIPS: &str = "nodestage.whatShips";

/// The client's answers, as far as the server asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Client {
    pub(super) encoding: Encoding,
    /// It asks for diagnostics; they are never pushed to it.
    pub(super) pulls: bool,
    pub(super) diagnostic_refresh: bool,
    pub(super) inlay_refresh: bool,
    /// It takes edits that name the version they are for.
    pub(super) document_changes: bool,
    /// An edit can create files.
    pub(super) create_files: bool,
    /// It shows actions that can't be taken, with the reason.
    pub(super) disabled_actions: bool,
    /// It asks for the edits of an action when the action is taken.
    pub(super) resolves_edits: bool,
    pub(super) registers_watchers: bool,
    pub(super) configuration: bool,
    pub(super) registers_configuration: bool,
    pub(super) progress: bool,
    pub(super) related_information: bool,
    pub(super) code_description: bool,
    pub(super) tags: bool,
    pub(super) markdown: bool,
    pub(super) nested_symbols: bool,
    /// Its buffers have at least one line, and a line end after each.
    pub(super) is_neovim: bool,
}

impl Client {
    pub(super) fn new(params: &InitializeParams) -> Self {
        let all = &params.capabilities;
        let offered = all.general.as_ref().and_then(|it| it.position_encodings.as_deref());
        let res = Self { encoding: Encoding::negotiated(offered.unwrap_or_default()), ..Self::default() };
        let res = res.with_diagnostics(all).with_workspace(all).with_actions(all);
        Self {
            progress: all.window.as_ref().and_then(|it| it.work_done_progress).unwrap_or_default(),
            markdown: takes_markdown(all),
            nested_symbols: nests_symbols(all),
            is_neovim: is_called(params, "Neovim"),
            // Helix says that it shows them, and leaves them out.
            disabled_actions: res.disabled_actions && !is_called(params, "helix"),
            ..res
        }
    }

    fn with_diagnostics(self, all: &ClientCapabilities) -> Self {
        let text = all.text_document.as_ref();
        let pull = text.and_then(|it| it.diagnostic.as_ref());
        let push = text.and_then(|it| it.publish_diagnostics.as_ref());
        let can = |in_pull: Option<bool>, in_push: Option<bool>| in_pull.or(in_push).unwrap_or_default();
        let has_tags = |it: &Vec<DiagnosticTag>| !it.is_empty();
        Self {
            pulls: pull.is_some(),
            related_information: can(
                pull.and_then(|it| it.related_information),
                push.and_then(|it| it.related_information),
            ),
            code_description: can(
                pull.and_then(|it| it.code_description_support),
                push.and_then(|it| it.code_description_support),
            ),
            tags: pull.is_some_and(|it| it.tag_support.is_some())
                || push.and_then(|it| it.tag_support.as_ref()).is_some_and(|it| has_tags(&it.value_set)),
            ..self
        }
    }

    fn with_workspace(self, all: &ClientCapabilities) -> Self {
        let Some(workspace) = &all.workspace else { return self };
        let edit = workspace.workspace_edit.as_ref();
        let operations = edit.and_then(|it| it.resource_operations.as_deref()).unwrap_or_default();
        Self {
            diagnostic_refresh: workspace.diagnostics.as_ref().and_then(|it| it.refresh_support).unwrap_or_default(),
            inlay_refresh: workspace.inlay_hint.as_ref().and_then(|it| it.refresh_support).unwrap_or_default(),
            document_changes: edit.and_then(|it| it.document_changes).unwrap_or_default(),
            create_files: operations.contains(&ResourceOperationKind::Create),
            registers_watchers: workspace
                .did_change_watched_files
                .and_then(|it| it.dynamic_registration)
                .unwrap_or_default(),
            configuration: workspace.configuration.unwrap_or_default(),
            registers_configuration: workspace
                .did_change_configuration
                .and_then(|it| it.dynamic_registration)
                .unwrap_or_default(),
            ..self
        }
    }

    fn with_actions(self, all: &ClientCapabilities) -> Self {
        let Some(actions) = all.text_document.as_ref().and_then(|it| it.code_action.as_ref()) else { return self };
        let resolved = actions.resolve_support.as_ref().map(|it| it.properties.as_slice()).unwrap_or_default();
        let keeps_data = actions.data_support.unwrap_or_default();
        Self {
            disabled_actions: actions.disabled_support.unwrap_or_default(),
            resolves_edits: keeps_data && resolved.iter().any(|it| it == "edit"),
            ..self
        }
    }
}

fn is_called(params: &InitializeParams, name: &str) -> bool {
    params.client_info.as_ref().is_some_and(|it| it.name == name)
}

fn takes_markdown(all: &ClientCapabilities) -> bool {
    let hover = all.text_document.as_ref().and_then(|it| it.hover.as_ref());
    hover.and_then(|it| it.content_format.as_ref()).is_some_and(|it| it.contains(&MarkupKind::Markdown))
}

fn nests_symbols(all: &ClientCapabilities) -> bool {
    let symbols = all.text_document.as_ref().and_then(|it| it.document_symbol.as_ref());
    symbols.and_then(|it| it.hierarchical_document_symbol_support).unwrap_or_default()
}

/// What the server tells `client` that it can do.
pub(super) fn server(client: &Client) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(client.encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync())),
        diagnostic_provider: client.pulls.then(diagnostics),
        code_action_provider: Some(CodeActionProviderCapability::Options(actions(client))),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        inlay_hint_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![WHAT_SHIPS.to_owned()],
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    }
}

fn sync() -> TextDocumentSyncOptions {
    TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
        ..TextDocumentSyncOptions::default()
    }
}

fn diagnostics() -> DiagnosticServerCapabilities {
    DiagnosticServerCapabilities::Options(DiagnosticOptions {
        identifier: Some("nodestage".to_owned()),
        inter_file_dependencies: true,
        workspace_diagnostics: true,
        work_done_progress_options: WorkDoneProgressOptions { work_done_progress: Some(true) },
    })
}

fn actions(client: &Client) -> CodeActionOptions {
    CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, FIX_ALL, CodeActionKind::REFACTOR_REWRITE]),
        resolve_provider: Some(client.resolves_edits),
        ..CodeActionOptions::default()
    }
}
