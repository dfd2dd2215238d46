// Other files count as they stand in the editor: unsaved, they change what is said of the Dockerfile.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { equals } from '../checks.mjs';

export default async function project(stage) {
  const folder = stage.project('project');
  const [manifest, toml] = [join(folder, 'package.json'), join(folder, 'nodestage.toml')];
  writeFileSync(toml, '');
  const [before, text] = [stage.problems(folder), readFileSync(manifest, 'utf8')];

  // What is said once it is saved: on a copy, it is.
  const other = stage.project('project-edited');
  const line = text.split('\n').findIndex((it) => it.includes('@types/node'));
  const edited = text.split('\n').toSpliced(line, 1).join('\n');
  writeFileSync(join(other, 'package.json'), edited);
  const after = stage.problems(other);

  const window = await stage.open(folder);
  await window.openFile('Dockerfile');
  await window.openProblems();
  await equals('at first there is what `nodestage check` says', () => window.problems(), before);
  await window.openFile('package.json');
  await window.deleteLine(line + 1);
  await equals('an unsaved package.json counts', () => window.problems(), after);
  await equals('though it is not on the disk', () => readFileSync(manifest, 'utf8'), text);
  await window.press('Control+z');
  await equals('taken back, all is as before', () => window.problems(), before);
  writeFileSync(manifest, edited);
  await equals('what others write to the disk counts as well', () => window.problems(), after);
  writeFileSync(manifest, text);
  await equals('and taken back, all is as before', () => window.problems(), before);

  await window.openFile('nodestage.toml');
  await window.type('rules.root-user = "off"');
  const withoutRoot = before.filter((it) => !it.includes('root-user'));
  await equals('an unsaved nodestage.toml counts', () => window.problems(), withoutRoot);
  await equals('though it is not on the disk', () => readFileSync(toml, 'utf8'), '');
}
