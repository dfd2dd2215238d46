import assert from 'node:assert/strict';
import { test } from 'node:test';

import { doubtOf } from '../src/doubt';

test('an unsafe fix says why', () => {
  assert.equal(doubtOf('Rewrite it (unsafe: no lock file (yet) is there)'), 'no lock file (yet) is there');
});

test('a safe one has nothing to say', () => {
  assert.equal(doubtOf('Rewrite the production stage'), undefined);
  assert.equal(doubtOf('Use (unsafe: or so) more'), undefined);
});
