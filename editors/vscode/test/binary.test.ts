import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Surroundings, findBinary } from '../src/binary';

const LINUX = {
  setting: '',
  searchPath: '/usr/bin:/opt/bin',
  home: '/home/ada',
  workspace: '/shop',
  extension: '/ext',
  platform: 'linux',
  arch: 'x64',
};
const WINDOWS = {
  ...LINUX,
  searchPath: 'C:\\Windows;D:\\tools',
  home: 'C:\\Users\\ada',
  extension: 'C:\\ext',
  platform: 'win32',
};

/** What is found where only `files` exist. */
function find(at: Omit<Surroundings, 'isFile'>, ...files: string[]): unknown {
  return findBinary({ ...at, isFile: (path) => files.includes(path) });
}

test('the setting goes before the PATH, and the PATH before the bundle', () => {
  const files = ['/mine/nodestage', '/opt/bin/nodestage', '/ext/bundled/linux-x64/nodestage'];
  const set = { ...LINUX, setting: '/mine/nodestage' };
  assert.deepEqual(find(set, ...files), { path: '/mine/nodestage', origin: 'setting' });
  assert.deepEqual(find(LINUX, ...files), { path: '/opt/bin/nodestage', origin: 'PATH' });
  assert.deepEqual(find(LINUX, files[2] ?? ''), { path: '/ext/bundled/linux-x64/nodestage', origin: 'bundled' });
});

test('the first folder on the PATH wins', () => {
  const found = find(LINUX, '/opt/bin/nodestage', '/usr/bin/nodestage');
  assert.deepEqual(found, { path: '/usr/bin/nodestage', origin: 'PATH' });
});

test('a setting that names no file is said, though the PATH has one', () => {
  const missing = find({ ...LINUX, setting: '/gone/nodestage' }, '/usr/bin/nodestage');
  assert.deepEqual(missing, { missing: 'The setting nodestage.path names /gone/nodestage, but there is no such file.' });
});

test('the home and the workspace folder are put into the setting', () => {
  const home = find({ ...LINUX, setting: ' ~/bin/nodestage ' }, '/home/ada/bin/nodestage');
  assert.deepEqual(home, { path: '/home/ada/bin/nodestage', origin: 'setting' });
  const folder = find({ ...LINUX, setting: '${workspaceFolder}/target/nodestage' }, '/shop/target/nodestage');
  assert.deepEqual(folder, { path: '/shop/target/nodestage', origin: 'setting' });
});

test('a tilde that is part of a name stays', () => {
  assert.deepEqual(find({ ...LINUX, setting: '/a/~b' }, '/a/~b'), { path: '/a/~b', origin: 'setting' });
});

test('a relative folder on the PATH is not looked into', () => {
  const found = find({ ...LINUX, searchPath: '.:node_modules/.bin:' }, 'nodestage', 'node_modules/.bin/nodestage');
  assert.ok('missing' in (found as object));
});

test('Windows has its own separator, suffix and folder', () => {
  assert.deepEqual(find(WINDOWS, 'D:\\tools\\nodestage.exe'), { path: 'D:\\tools\\nodestage.exe', origin: 'PATH' });
  const inside = 'C:\\ext\\bundled\\win32-x64\\nodestage.exe';
  assert.deepEqual(find(WINDOWS, inside), { path: inside, origin: 'bundled' });
});

test('where there is none, the message names the system', () => {
  const missing = find({ ...LINUX, platform: 'darwin', arch: 'arm64' }, '/ext/bundled/linux-x64/nodestage');
  assert.deepEqual(missing, {
    missing: 'The nodestage program is not on the PATH, and this extension brings none for darwin-arm64.',
  });
});
