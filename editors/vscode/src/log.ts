// The server's log lines, brought into VS Code's output.

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { LogOutputChannel } from 'vscode';

export type Level = 'error' | 'warn' | 'info';

/** Forwards each line. `nodestage.logLevel` has chosen them: none is given a level that VS Code would hide. */
export function forwardLog(input: Readable, output: LogOutputChannel): void {
  createInterface({ input, crlfDelay: Infinity }).on('line', (line) => output[levelOf(line)](line));
}

/** The level that a line names before its text, as in `2026-01-02T03:04:05Z  WARN nodestage: …`. */
export function levelOf(line: string): Level {
  switch (/^\S*\s*(ERROR|WARN)\b/.exec(line)?.[1]) {
    case 'ERROR':
      return 'error';
    case 'WARN':
      return 'warn';
    default:
      return 'info';
  }
}
