import assert from 'node:assert/strict';
import { test } from 'node:test';

import { levelOf } from '../src/log';

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
