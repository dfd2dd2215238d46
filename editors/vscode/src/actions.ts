// Code actions that a command asks for: from the server itself, as VS Code hides disabled ones and their reasons.

import type { TextDocument, WorkspaceEdit } from 'vscode';
import {
  CodeAction,
  type CodeActionParams,
  CodeActionRequest,
  CodeActionResolveRequest,
  CodeActionTriggerKind,
  type LanguageClient,
} from 'vscode-languageclient/node';

/** An action of one kind for a whole document, or why there is none. */
export type Offer = { readonly edit: WorkspaceEdit; readonly title: string } | { readonly refused: string };

export async function askFor(client: LanguageClient, document: TextDocument, kind: string): Promise<Offer | undefined> {
  const answer = await client.sendRequest(CodeActionRequest.type, request(client, document, kind));
  const actions = (answer ?? []).filter((it) => CodeAction.is(it));
  const action = actions.find((it) => it.disabled === undefined) ?? actions[0];
  if (action === undefined) {
    return undefined;
  }
  return action.disabled === undefined ? withEdit(client, action) : { refused: action.disabled.reason };
}

function request(client: LanguageClient, document: TextDocument, kind: string): CodeActionParams {
  const end = document.lineAt(document.lineCount - 1).range.end;
  return {
    textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(document),
    range: { start: { line: 0, character: 0 }, end: client.code2ProtocolConverter.asPosition(end) },
    context: { diagnostics: [], only: [kind], triggerKind: CodeActionTriggerKind.Invoked },
  };
}

/** The edit may come with the action, or only when it is asked for. */
async function withEdit(client: LanguageClient, action: CodeAction): Promise<Offer | undefined> {
  const whole = action.edit === undefined ? await client.sendRequest(CodeActionResolveRequest.type, action) : action;
  const edit = await client.protocol2CodeConverter.asWorkspaceEdit(whole.edit);
  return edit === undefined ? undefined : { edit, title: action.title };
}
