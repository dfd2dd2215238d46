// Bundles the extension into dist/extension.js, with the licences of what is in it. `--test` bundles the tests into out/
// instead, `--watch` bundles anew at each change.

import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, context } from 'esbuild';

const common = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' };
const extension = {
  ...common,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  external: ['vscode'],
  minify: true,
  metafile: true,
};

/** The names of the packages from which something is in the bundle. */
function packagesOf(metafile) {
  const names = Object.keys(metafile.inputs).map((it) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(it)?.[0]);
  return [...new Set(names.filter((it) => it !== undefined))].sort();
}

function licenceOf(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((it) => /^licen[cs]e/i.test(it));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}

async function bundleTests() {
  rmSync('out', { recursive: true, force: true });
  const entryPoints = readdirSync('test').filter((it) => it.endsWith('.test.ts')).map((it) => join('test', it));
  await build({ ...common, entryPoints, outdir: 'out', sourcemap: 'inline' });
}

if (process.argv.includes('--test')) {
  await bundleTests();
} else if (process.argv.includes('--watch')) {
  await (await context({ ...extension, minify: false, sourcemap: true })).watch();
} else {
  rmSync('dist', { recursive: true, force: true });
  const { metafile } = await build(extension);
  writeFileSync('dist/licences.txt', packagesOf(metafile).map(licenceOf).join(`\n${'-'.repeat(80)}\n\n`));
}
