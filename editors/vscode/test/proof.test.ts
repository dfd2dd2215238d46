// What `nodestage prove` is asked, and what is shown of its answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { proofArguments, proofPage, stepOf } from '../src/proof';

test('the words', () => {
  const words = ['prove', '--unsafe', '-', '--stdin-filename', '/a/Dockerfile', '--network', 'host'];
  assert.deepEqual(proofArguments('/a/Dockerfile', ['--network', 'host']), words);
});

test('a step without the name of the file', () => {
  for (const [line, step] of [
    ['Dockerfile: building before the fix', 'Building before the fix'],
    ['C:\\a b\\Dockerfile: starting after the fix', 'Starting after the fix'],
    ['something else', ''],
  ] as const) {
    assert.equal(stepOf(line), step, line);
  }
});

test('the page', () => {
  const page = (code: number | null, stdout: string, stderr = '') => proofPage('Dockerfile', code, stdout, stderr);
  assert.equal(page(0, 'proved: a\n\n'), '# Proof of the rewrite of Dockerfile\n\n```text\nproved: a\n```\n');
  assert.match(page(1, 'worse: it says ```'), /\n````text\nworse: it says ```\n````\n$/);
  assert.match(page(2, 'half of it', 'error: no engine\n'), /```text\nerror: no engine\n```/);
  assert.match(page(null, '', 'Error: ENOENT'), /ENOENT/);
  assert.match(page(0, ''), /There is nothing to prove\./);
});
