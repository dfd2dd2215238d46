// What is said of a Dockerfile follows the other files: as they stand in the editor, unsaved, and as others write them to the disk.

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { equals } from '../checks.mjs';
import { dockerfile } from '../stage.mjs';

export default async function project(stage) {
  const folder = stage.project('project');
  writeFileSync(join(folder, 'nodestage.toml'), '');
  const window = await stage.open(folder);
  await window.openProblems();
  await equals('at first there is what `nodestage check` says', () => window.problems(), stage.problems(folder));
  await dockerfiles(stage, window, folder);
  await manifest(stage, window, folder);
  await settings(stage, window, folder);
}

/** The Dockerfile is not even open. */
async function manifest(stage, window, folder) {
  const file = join(folder, 'package.json');
  const [before, text] = [stage.problems(folder), readFileSync(file, 'utf8')];
  const lines = text.split('\n');
  const at = lines.findIndex((it) => it.includes('@types/node'));
  writeFileSync(file, lines.toSpliced(at, 1).join('\n'));
  const after = stage.problems(folder);
  await equals('what others write into package.json counts', () => window.problems(), after);
  writeFileSync(file, text);
  await equals('and taken back, all is as before', () => window.problems(), before);

  await window.openFile('package.json');
  await window.deleteLine(at + 1, '@types/node');
  await equals('an unsaved package.json counts', () => window.problems(), after);
  await equals('though it is not on the disk', () => readFileSync(file, 'utf8'), text);
  await window.press('Control+z');
  await equals('and taken back, all is as before again', () => window.problems(), before);
}

async function settings(stage, window, folder) {
  const withoutRoot = stage.problems(folder).filter((it) => !it.includes('root-user'));
  await window.openFile(/^Dockerfile/);
  await window.openFile('nodestage.toml');
  await window.type('rules.root-user = "off"');
  await equals('an unsaved nodestage.toml counts', () => window.problems(), withoutRoot);
  await equals('though it is not on the disk', () => readFileSync(join(folder, 'nodestage.toml'), 'utf8'), '');
  await window.command('File: Revert File');
  await equals('and reverted, all is as before', () => window.problems(), stage.problems(folder));
}

/** Dockerfiles come and go. */
async function dockerfiles(stage, window, folder) {
  const [before, text] = [stage.problems(folder), dockerfile(folder)];
  renameSync(join(folder, 'Dockerfile'), join(folder, 'Dockerfile.web'));
  await equals('a renamed Dockerfile takes its problems along', () => window.problemFiles(), ['Dockerfile.web']);
  await equals('all of them', () => window.problems(), before);
  rmSync(join(folder, 'Dockerfile.web'));
  await equals('a removed one has none', () => window.problems(), []);
  writeFileSync(join(folder, 'Dockerfile'), text);
  await equals('a new one has its own', () => window.problems(), before);
}
