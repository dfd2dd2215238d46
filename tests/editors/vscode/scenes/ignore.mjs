// A fix that makes another file, .dockerignore: by fix all and by a quick fix, but not on saving.

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { equals } from '../checks.mjs';
import { dockerfile, saved, savedOnce } from '../stage.mjs';

export default async function ignore(stage) {
  const project = stage.project('ignore');
  const file = join(project, '.dockerignore');
  rmSync(file);
  mkdirSync(join(project, 'node_modules'));
  const original = dockerfile(project);
  const fixed = stage.fixed(project);
  const lines = stage.fixed(project, { look: '.dockerignore' });
  const read = () => existsSync(file) && readFileSync(file, 'utf8');

  const window = await stage.open(project);
  await window.openFile('Dockerfile');
  await window.openProblems();
  await equals('there is what `nodestage check` says', () => window.problems(), stage.problems(project));
  await window.focusEditor();
  await window.command('nodestage: Fix all safe problems');
  await saved(window, project, 'fix all writes what `fix` writes', fixed);
  await equals('and makes the file as well', read, lines);
  await window.press('Control+z');
  await saved(window, project, 'one undo gives the original back', original);
  await equals('and takes the file away', read, false);

  stage.set({ 'nodestage.fixOnSave': true });
  await equals('fix on save fixes the Dockerfile', () => savedOnce(window, project), fixed);
  await equals('and makes no other file', read, false);

  await window.fix('there is no .dockerignore', 'Create `.dockerignore`');
  await equals('a quick fix makes the file', read, lines);
  await equals('and leaves the Dockerfile', () => dockerfile(project), fixed);
  await equals('then there are no problems', () => window.problems(), []);
}
