const assert = require('node:assert');
const { test } = require('node:test');
const { greeting } = require('../dist/greeting.js');

test('greets by name', () => assert.strictEqual(greeting('Ada'), 'Hello, Ada'));
