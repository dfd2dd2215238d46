// package.json against what it speaks of: the program's rules, the README, the code.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { listedRules, program, ruleSchema } from '../scripts/listed.mjs';

interface Setting {
  readonly default: unknown;
  readonly properties?: object;
}
interface Manifest {
  readonly version: string;
  readonly contributes: {
    readonly commands: { command: string; category: string; title: string }[];
    readonly configuration: { readonly properties: Record<string, Setting> };
  };
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const settings = manifest.contributes.configuration.properties;
const readme = readFileSync('README.md', 'utf8');
const sources = readdirSync('src').map((it) => readFileSync(join('src', it), 'utf8')).join('\n');

// Whoever names a program means it: only where there is none at all is there nothing to compare.
const unbuilt = process.env['NODESTAGE'] === undefined && !existsSync(program);
const needsProgram = { skip: unbuilt ? `there is no ${program}, and NODESTAGE names none` : false };

test('nodestage.rules knows the rules that `nodestage rule` lists', needsProgram, () => {
  assert.deepEqual(settings['nodestage.rules']?.properties, ruleSchema(listedRules()), '`npm run rules` writes them');
});

test('the README has every setting with its default', () => {
  for (const [name, { default: value }] of Object.entries(settings)) {
    const shown = value === null || value === '' ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
    assert.ok(readme.includes(`| \`${name}\` | ${shown}`.trimEnd() + ' |'), `${name}: ${shown}`);
  }
});

test('the README has every command, and the code registers it', () => {
  for (const { command, category, title } of manifest.contributes.commands) {
    assert.ok(readme.includes(`| ${category}: ${title} |`), title);
    assert.ok(sources.includes(`registerCommand('${command}'`), command);
  }
});

test('no command has a name of the server\'s, which the client registers itself', () => {
  const names = manifest.contributes.commands.map((it) => it.command);
  assert.ok(!names.includes('nodestage.whatShips'));
});

test('the version is the program\'s', () => {
  const cargo = readFileSync(join('..', '..', 'Cargo.toml'), 'utf8');
  assert.equal(/^version = "(.*)"$/m.exec(cargo)?.[1], manifest.version);
});
