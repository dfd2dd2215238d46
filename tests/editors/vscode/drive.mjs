// Plays the scenes one after another; each has its own copy of the fixture and its own window.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { counted } from './checks.mjs';
import { Stage } from './stage.mjs';

const OPTIONS = { pictures: { type: 'boolean' }, keep: { type: 'boolean' } };
const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });

const known = readdirSync(join(import.meta.dirname, 'scenes')).map((it) => it.replace('.mjs', '')).sort();
const unknown = positionals.filter((it) => !known.includes(it));
if (unknown.length > 0) {
  console.error(`there is no scene ${unknown.join(', ')}; there are ${known.join(', ')}`);
  process.exit(2);
}

/** The scenes asked for; the pictures are a scene that only `--pictures` plays. */
function wanted() {
  if (positionals.length > 0) return positionals;
  return values.pictures ? ['pictures'] : known.filter((it) => it !== 'pictures');
}

async function play(stage, scene) {
  const start = Date.now();
  console.log(`${scene}:`);
  stage.set();
  try {
    await (await import(`./scenes/${scene}.mjs`)).default(stage);
  } catch (error) {
    counted.failed += 1;
    console.log(`  FAILED  ${error.stack}`);
    await stage.window?.picture(join(stage.folder, `${scene}.png`));
  }
  console.log(`  ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

const stage = await Stage.set();
process.once('SIGINT', () => stage.strike().then(() => process.exit(1)));
try {
  for (const scene of wanted()) await play(stage, scene);
} finally {
  await stage.strike();
}
if (values.keep || counted.failed > 0) console.log(`kept: ${stage.folder}`);
else rmSync(stage.folder, { recursive: true, force: true });
console.log(`vscode: ${counted.passed} checks passed, ${counted.failed} scenes failed`);
process.exitCode = counted.failed > 0 ? 1 : 0;
