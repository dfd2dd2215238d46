// Fixes on save: by nodestage.fixOnSave, by editor.codeActionsOnSave, and not by themselves.

import { equals, holds, never } from '../checks.mjs';
import { dockerfile, savedOnce } from '../stage.mjs';

const CODE_ACTION = { 'editor.codeActionsOnSave': { 'source.fixAll.nodestage': 'explicit' } };

export default async function save(stage) {
  await fixedOnSave(stage, 'fix-on-save', { 'nodestage.fixOnSave': true });
  await fixedOnSave(stage, 'code-actions-on-save', CODE_ACTION);
}

async function fixedOnSave(stage, name, settings) {
  const project = stage.project(name);
  stage.set();
  const window = await stage.open(project);
  await window.openFile('Dockerfile');
  await holds(`${name}: there are squiggles`, () => window.squiggles());

  await window.type('# first\n');
  await window.save();
  await holds(`${name}: unset, the save saves`, () => dockerfile(project).startsWith('# first\n'));
  const fixed = stage.fixed(project);
  await never(`${name}: unset, the save changes nothing else`, () => dockerfile(project) === fixed);

  stage.set(settings);
  await equals(`${name}: set, the save writes what \`nodestage fix\` writes`, () => savedOnce(window, project), fixed);
}
