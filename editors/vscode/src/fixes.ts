// Fixes by command and on save.

import { type TextDocument, TextDocumentSaveReason, type TextDocumentWillSaveEvent, type TextEdit, languages, window, workspace } from 'vscode';

import { type Offer, askFor } from './actions';
import { dockerfiles } from './documents';
import type { Server } from './server';

const REWRITE = 'refactor.rewrite';
const FIX_ALL = 'source.fixAll.nodestage';

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
  const offer = await askFor(client, document, kind);
  if (document.version === version) {
    await take(offer, nothing);
  } else {
    void window.showWarningMessage('The file changed meanwhile; nothing was done.');
  }
}

async function take(offer: Offer | undefined, nothing: string): Promise<void> {
  if (offer === undefined) {
    void window.showInformationMessage(nothing);
  } else if ('refused' in offer) {
    void window.showWarningMessage(offer.refused);
  } else {
    await workspace.applyEdit(offer.edit);
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
  const offer = client === undefined ? undefined : await askFor(client, document, FIX_ALL);
  return offer !== undefined && 'edit' in offer ? offer.edit.get(document.uri) : [];
}
