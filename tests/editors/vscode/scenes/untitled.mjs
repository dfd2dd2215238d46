// A Dockerfile that is nowhere yet.

import { holds } from '../checks.mjs';

export default async function untitled(stage) {
  const window = await stage.open(stage.project('untitled'));
  await window.command('File: New Untitled Text File');
  await window.inFront('Untitled');
  await window.command('Change Language Mode', { typed: 'Docker', row: '(dockerfile)' });
  await window.focusEditor();
  await window.type('FROM node:22\nUSER root\nCMD node server.js\n');
  await window.openProblems();
  await holds('has problems', async () => (await window.problems()).some((it) => it.includes('root-user')));
}
