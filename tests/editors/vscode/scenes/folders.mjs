// A window of two folders: one server for both, and each folder's own settings.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { equals, holds } from '../checks.mjs';

export default async function folders(stage) {
  const [api, web] = [stage.project('api'), stage.project('web')];
  mkdirSync(join(web, '.vscode'));
  writeFileSync(join(web, '.vscode', 'settings.json'), JSON.stringify({ 'nodestage.rules': { 'root-user': 'error' } }));
  const file = join(stage.folder, 'two.code-workspace');
  writeFileSync(file, JSON.stringify({ folders: [{ path: api, name: 'api' }, { path: web, name: 'web' }] }));

  const window = await stage.open(file, 'workspace');
  await equals('both folders have their problems, unopened', () => window.counts(), 'Errors: 1, Warnings: 11');
  await equals('one server serves both', () => stage.servers().length, 1);
  await window.unfold('web', false);
  await window.unfold('api', true);
  await window.openFile('Dockerfile');
  await holds('in the first, running as root is a warning', () => window.squiggles('warning'));
  await equals('and no error', () => window.squiggles('error'), 0);
  await window.command('View: Close All Editors');
  await window.unfold('api', false);
  await window.unfold('web', true);
  await window.openFile('Dockerfile');
  await holds('in the second it is an error', () => window.squiggles('error'));
}
