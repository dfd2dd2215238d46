// Code actions that a command asks for: from the server itself, as VS Code hides disabled ones and their reasons.

import type { TextDocument, WorkspaceEdit } from 'vscode';
import {
  type CodeAction,
  type CodeActionParams,
  CodeActionRequest,
  CodeActionResolveRequest,
  type CodeActionTriggerKind,
  Command,
  type LanguageClient,
} from 'vscode-languageclient/node';

import { doubtOf } from './doubt';

/** An action of one kind for a whole document, and the fact it misses, if any; or why there is none. */
export type Offer = { readonly edit: WorkspaceEdit; readonly doubt: string | undefined } | { readonly refused: string };

export interface Wanted {
  readonly kind: string;
  /** Whether a person asked; what comes by itself on saving must not touch other files. */
  readonly trigger: CodeActionTriggerKind;
}

export async function askFor(client: LanguageClient, document: TextDocument, wanted: Wanted): Promise<Offer | undefined> {
  const answer = await client.sendRequest(CodeActionRequest.type, request(client, document, wanted));
  // Not `CodeAction.is`: it wants an edit or a command, and these may come later.
  const actions = (answer ?? []).filter((it): it is CodeAction => !Command.is(it));
  const action = actions.find((it) => it.disabled === undefined) ?? actions[0];
  if (action === undefined) {
    return undefined;
  }
  return action.disabled === undefined ? withEdit(client, action) : { refused: action.disabled.reason };
}

function request(client: LanguageClient, document: TextDocument, wanted: Wanted): CodeActionParams {
  const end = document.lineAt(document.lineCount - 1).range.end;
  return {
    textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(document),
    range: { start: { line: 0, character: 0 }, end: client.code2ProtocolConverter.asPosition(end) },
    context: { diagnostics: [], only: [wanted.kind], triggerKind: wanted.trigger },
  };
}

/** The edit may come with the action, or only when it is asked for. */
async function withEdit(client: LanguageClient, action: CodeAction): Promise<Offer | undefined> {
  const whole = action.edit === undefined ? await client.sendRequest(CodeActionResolveRequest.type, action) : action;
  const edit = await client.protocol2CodeConverter.asWorkspaceEdit(whole.edit);
  return edit === undefined ? undefined : { edit, doubt: doubtOf(action.title) };
}
