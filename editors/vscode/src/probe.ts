// Whether a binary can be the language server: it must start, and know `nodestage lsp`. Nothing of VS Code in here.

import { execFile } from 'node:child_process';

/** Why the binary can't serve, as a sentence; nothing where it can. */
export async function whyUnfit(binary: string): Promise<string | undefined> {
  const help = await run(binary, ['lsp', '--help']);
  if (help.code === 0) {
    return undefined;
  }
  if (typeof help.code !== 'number') {
    return `${binary} can't be run: ${help.message}`;
  }
  const version = /^nodestage (\S+)/.exec((await run(binary, ['--version'])).stdout)?.[1];
  return version === undefined
    ? `${binary} is not nodestage.`
    : `${binary} is nodestage ${version}, which has no language server yet. Update it.`;
}

interface Outcome {
  /** The exit code; where the program did not end by itself, anything else. */
  readonly code: unknown;
  readonly message: string;
  readonly stdout: string;
}

function run(binary: string, args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    // A program that waits for input would hang the start: ten seconds are plenty.
    const child = execFile(binary, args, { timeout: 10_000 }, (error, stdout) => {
      resolve({ code: error === null ? 0 : error.code, message: error?.message ?? '', stdout });
    });
    child.stdin?.end();
  });
}
