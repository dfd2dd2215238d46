// Fixes by command and on save.

import {
  type TextDocument,
  TextDocumentSaveReason,
  type TextDocumentWillSaveEvent,
  type TextEdit,
  type WorkspaceEdit,
  languages,
  window,
  workspace,
} from 'vscode';
import { CodeActionTriggerKind } from 'vscode-languageclient/node';

import { askFor } from './actions';
import { dockerfiles } from './documents';
import type { Server } from './server';

const REWRITE = 'refactor.rewrite';
const FIX_ALL = 'source.fixAll.nodestage';

const ANYWAY = 'Do it anyway';

export function rewriteProductionStage(server: Server): Promise<void> {
  return applyHere(server, REWRITE, 'There is no production stage to rewrite in this file.');
}

export function fixAll(server: Server): Promise<void> {
  return applyHere(server, FIX_ALL, 'There is nothing in this file that can be fixed safely.');
}

/** The document of the editor in front, where it is a Dockerfile. */
export function dockerfileInFront(): TextDocument | undefined {
  const document = window.activeTextEditor?.document;
  if (document !== undefined && languages.match(dockerfiles, document) > 0) {
    return document;
  }
  void window.showInformationMessage('Open a Dockerfile first.');
  return undefined;
}

async function applyHere(server: Server, kind: string, nothing: string): Promise<void> {
  const document = dockerfileInFront();
  const client = document === undefined ? undefined : server.asked;
  if (document === undefined || client === undefined) {
    return;
  }
  const version = document.version;
  const offer = await askFor(client, document, { kind, trigger: CodeActionTriggerKind.Invoked });
  if (offer === undefined) {
    void window.showInformationMessage(nothing);
  } else if ('refused' in offer) {
    void window.showWarningMessage(`nodestage leaves this stage as it is: ${offer.refused}`);
  } else if (await isWanted(offer.doubt)) {
    await apply(offer.edit, document, version);
  }
}

/** A fix that misses a fact is taken only by those who know. */
async function isWanted(doubt: string | undefined): Promise<boolean> {
  return doubt === undefined || (await window.showWarningMessage(`This is unsafe: ${doubt}`, ANYWAY)) === ANYWAY;
}

async function apply(edit: WorkspaceEdit, document: TextDocument, version: number): Promise<void> {
  if (document.version === version) {
    // As VS Code's own code actions: other files that change are saved, unless `files.refactoring.autoSave` is off.
    await workspace.applyEdit(edit, { isRefactoring: true });
  } else {
    void window.showWarningMessage('The file changed meanwhile; nothing was done.');
  }
}

/** With `nodestage.fixOnSave`: the safe fixes become part of the save. Auto save would change the text under one's hands. */
export function fixBeforeSave(server: Server, event: TextDocumentWillSaveEvent): void {
  const { document, reason } = event;
  const wanted = workspace.getConfiguration('nodestage', document).get('fixOnSave', false);
  if (wanted && reason === TextDocumentSaveReason.Manual && languages.match(dockerfiles, document) > 0) {
    event.waitUntil(safeFixes(server, document));
  }
}

async function safeFixes(server: Server, document: TextDocument): Promise<TextEdit[]> {
  const client = server.running;
  const wanted = { kind: FIX_ALL, trigger: CodeActionTriggerKind.Automatic };
  const offer = client === undefined ? undefined : await askFor(client, document, wanted);
  return offer !== undefined && 'edit' in offer ? offer.edit.get(document.uri) : [];
}
