import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { whyUnfit } from '../src/probe';

const folder = mkdtempSync(join(tmpdir(), 'nodestage-probe-'));
after(() => rmSync(folder, { recursive: true }));

/** A program that does `lines`. */
function program(name: string, mode: number, ...lines: string[]): string {
  const file = join(folder, name);
  writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'), { mode });
  return file;
}

const posix = { skip: process.platform === 'win32' ? 'the programs are shell scripts' : false };

test('a program that knows `lsp` is fit', posix, async () => {
  const fit = program('fit', 0o755, '[ "$1 $2" = "lsp --help" ]');
  assert.equal(await whyUnfit(fit), undefined);
});

test('an older nodestage is told by its version', posix, async () => {
  const old = program('old', 0o755, 'if [ "$1" = --version ]; then echo "nodestage 0.0.9"; else exit 2; fi');
  assert.equal(await whyUnfit(old), `${old} is nodestage 0.0.9, which has no language server yet. Update it.`);
});

test('another program is not nodestage', posix, async () => {
  const other = program('other', 0o755, 'echo "other 1.0"; exit 1');
  assert.equal(await whyUnfit(other), `${other} is not nodestage.`);
});

test('what can not be run says why', posix, async () => {
  const text = program('text', 0o644, 'exit 0');
  assert.match((await whyUnfit(text)) ?? '', /can't be run: .*EACCES/);
  assert.match((await whyUnfit(join(folder, 'none'))) ?? '', /can't be run: .*ENOENT/);
});
