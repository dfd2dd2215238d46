import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import type { LogOutputChannel } from 'vscode';

import { forwardLog, levelOf } from '../src/log';

test('errors and warnings keep their level', () => {
  assert.equal(levelOf('2026-01-02T03:04:05.678901Z ERROR nodestage: broken'), 'error');
  assert.equal(levelOf('2026-01-02T03:04:05.678901Z  WARN nodestage: odd'), 'warn');
  assert.equal(levelOf(' WARN nodestage: odd'), 'warn');
});

test('what was asked for is not hidden again', () => {
  assert.equal(levelOf('2026-01-02T03:04:05.678901Z DEBUG nodestage: detail'), 'info');
  assert.equal(levelOf('TRACE nodestage: WARN is only a word here'), 'info');
  assert.equal(levelOf(''), 'info');
});

test('each line goes to the output at its level', async () => {
  const seen: string[][] = [];
  const note = (level: string) => (line: string) => seen.push([level, line]);
  const output = { error: note('error'), warn: note('warn'), info: note('info') };
  const input = Readable.from(['2026-01-02T03:04:05Z  WA', 'RN odd\r\nplain\n', 'ERROR bad']);
  forwardLog(input, output as unknown as LogOutputChannel);
  await once(input, 'close');
  assert.deepEqual(seen, [['warn', '2026-01-02T03:04:05Z  WARN odd'], ['info', 'plain'], ['error', 'ERROR bad']]);
});
