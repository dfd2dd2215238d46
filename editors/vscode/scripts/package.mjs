// Packages the extension into a .vsix.
//
// usage: npm run package                                               the server is found on the PATH
//        npm run package -- --target linux-x64 --binary PATH           the server comes with it
//        npm run package -- … --out FILE
//
// Targets are VS Code's: win32-x64, win32-arm64, linux-x64, linux-arm64, linux-armhf, alpine-x64, alpine-arm64, darwin-x64,
// darwin-arm64.

import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { target: { type: 'string' }, binary: { type: 'string' }, out: { type: 'string' } } });

const VSCE = join('node_modules', '@vscode', 'vsce', 'vsce');
// The bundle holds all it needs; the README's links stay as they are, as no repository is named; without --binary there is
// no `bundled` to match.
const OPTIONS = ['--no-dependencies', '--no-rewrite-relative-links', '--allow-missing-repository', '--allow-unused-files-pattern'];

/** The folder in which the extension looks: `process.platform` and `process.arch` there, not VS Code's names. */
function bundledFolder(target) {
  return join('bundled', target.replace(/^alpine-/, 'linux-').replace(/-armhf$/, '-arm'));
}

function bundle(binary, target) {
  const folder = bundledFolder(target);
  const file = join(folder, target.startsWith('win32-') ? 'nodestage.exe' : 'nodestage');
  mkdirSync(folder, { recursive: true });
  copyFileSync(binary, file);
  chmodSync(file, 0o755);
}

function fileName(target) {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
  return target === undefined ? `${name}-${version}.vsix` : `${name}-${target}-${version}.vsix`;
}

function targetAndOut() {
  const target = values.target === undefined ? [] : ['--target', values.target];
  return [...target, '--out', values.out ?? fileName(values.target)];
}

if ((values.target === undefined) !== (values.binary === undefined)) {
  console.error('package: --target and --binary belong together');
  process.exit(2);
}
rmSync('bundled', { recursive: true, force: true });
if (values.target !== undefined) bundle(values.binary, values.target);
const done = spawnSync(process.execPath, [VSCE, 'package', ...OPTIONS, ...targetAndOut()], { stdio: 'inherit' });
rmSync('bundled', { recursive: true, force: true });
process.exitCode = done.status ?? 1;
