// What the server finds shows: squiggles, the Problems panel, hover, the hint at the FROM line.

import { equals, holds } from '../checks.mjs';

const SIX = ['dev-dependencies', 'missing-node-env', 'package-manager-start', 'root-user', 'single-stage-build', 'unfrozen-install'];

export default async function problems(stage) {
  const project = stage.project('problems');
  const window = await stage.open(project);
  await window.openFile('Dockerfile');

  await holds('there are squiggles', () => window.squiggles());
  await window.openProblems();
  await equals('the Problems panel has what `nodestage check` says', () => window.problems(), stage.problems(project));
  const rules = async () => (await window.problems()).map((it) => /nodestage([a-z-]+)\[/.exec(it)[1]).sort();
  await equals('which are the six of the fixture', rules, SIX);
  await holds('the FROM line says what ships', async () => /ships .*root/.test((await window.lines())[0]));

  const summary = stage.summary('unfrozen-install');
  await holds('a hover shows the page of a rule', async () => (await window.hover('npm')).includes(summary));
}
