// "Show what ships": a Markdown preview beside the Dockerfile, written anew whenever something is saved.

import { posix } from 'node:path';
import { type Disposable, EventEmitter, type TextDocumentContentProvider, Uri, commands, workspace } from 'vscode';
import { ExecuteCommandRequest } from 'vscode-languageclient/node';

import { dockerfileInFront } from './fixes';
import type { Server } from './server';

const SCHEME = 'nodestage-ships';
/** The server's own command; it answers `{ markdown }`, or null where the file ships no Node.js. */
const SERVER_COMMAND = 'nodestage.whatShips';
const NOTHING = "nodestage can't tell what this file ships: it ships no Node.js, or the server is not running.";

export class WhatShips implements TextDocumentContentProvider, Disposable {
  private readonly changed = new EventEmitter<Uri>();
  private readonly shown = new Map<string, Uri>();
  private readonly parts: Disposable[];
  readonly onDidChange = this.changed.event;

  constructor(private readonly server: Server) {
    this.parts = [
      this.changed,
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      workspace.onDidSaveTextDocument(() => this.renew()),
    ];
  }

  async show(): Promise<void> {
    const document = dockerfileInFront();
    if (document !== undefined && this.server.asked !== undefined) {
      const page = pageOf(document.uri);
      this.shown.set(page.toString(), page);
      this.changed.fire(page);
      await commands.executeCommand('markdown.showLockedPreviewToSide', page);
    }
  }

  async provideTextDocumentContent(page: Uri): Promise<string> {
    const params = { command: SERVER_COMMAND, arguments: [page.query] };
    const answer: unknown = await this.server.running?.sendRequest(ExecuteCommandRequest.type, params);
    return markdownOf(answer) ?? NOTHING;
  }

  /** What ships may hang on any file, so all pages are asked for again. */
  private renew(): void {
    this.shown.forEach((it) => this.changed.fire(it));
    if (this.shown.size > 0) {
      // VS Code forgets the text of a page some minutes after it was rendered, and then hears of no change.
      void commands.executeCommand('markdown.preview.refresh');
    }
  }

  dispose(): void {
    this.parts.forEach((it) => it.dispose());
  }
}

/** The page about one Dockerfile; its last name is the tab's title. */
function pageOf(dockerfile: Uri): Uri {
  const { dir, base } = posix.parse(dockerfile.path);
  return Uri.from({ scheme: SCHEME, path: posix.join('/', dir, `What ships (${base}).md`), query: dockerfile.toString() });
}

function markdownOf(answer: unknown): string | undefined {
  const markdown = (answer as { markdown?: unknown } | null | undefined)?.markdown;
  return typeof markdown === 'string' ? markdown : undefined;
}
