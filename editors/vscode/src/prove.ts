// "Prove this rewrite": builds and starts the Dockerfile in the editor before and after its rewrite, and opens what was seen.

import { spawn } from 'node:child_process';
import { posix } from 'node:path';
import { createInterface } from 'node:readline';
import { type CancellationToken, type Progress, ProgressLocation, type TextDocument, window, workspace } from 'vscode';

import { dockerfileInFront } from './fixes';
import { sayStopped } from './messages';
import { proofArguments, proofPage, stepOf } from './proof';
import type { Server } from './server';

export async function proveRewrite(server: Server): Promise<void> {
  const document = dockerfileInFront();
  if (document === undefined) {
    return;
  }
  if (server.program === undefined) {
    return sayStopped();
  }
  const program = server.program;
  const title = `Proving the rewrite of ${posix.basename(document.uri.path)}`;
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  const page = await window.withProgress(options, (progress, token) => prove(program, document, progress, token));
  if (page !== undefined) {
    await window.showTextDocument(await workspace.openTextDocument({ language: 'markdown', content: page }));
  }
}

/** The page about the run; nothing where it was cancelled. */
function prove(
  program: string,
  document: TextDocument,
  progress: Progress<{ message: string }>,
  token: CancellationToken,
): Promise<string | undefined> {
  const more = workspace.getConfiguration('nodestage', document).get<string[]>('prove.arguments') ?? [];
  const { dir, base } = posix.parse(document.uri.path);
  const child = spawn(program, proofArguments(document.uri.fsPath, more), {
    cwd: document.uri.scheme === 'file' ? document.uri.with({ path: dir }).fsPath : undefined,
  });
  // The program removes what it made before it ends.
  token.onCancellationRequested(() => child.kill('SIGINT'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (it: string) => (stdout += it));
  createInterface({ input: child.stderr, crlfDelay: Infinity }).on('line', (line) => {
    stderr += `${line}\n`;
    progress.report({ message: stepOf(line) });
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(document.getText());
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(proofPage(base, null, '', String(error))));
    child.on('close', (code) => resolve(token.isCancellationRequested ? undefined : proofPage(base, code, stdout, stderr)));
  });
}
