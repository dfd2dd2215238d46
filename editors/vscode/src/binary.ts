// Where the language server is: the setting, else the PATH, else what came with the extension. Nothing of VS Code in here.

import * as path from 'node:path';

/** What the search depends on. */
export interface Surroundings {
  /** The setting `nodestage.path` as written; empty where it is unset. */
  readonly setting: string;
  /** The environment's PATH. */
  readonly searchPath: string;
  readonly home: string;
  /** The first workspace folder, where there is one. */
  readonly workspace: string | undefined;
  /** The extension's own folder. */
  readonly extension: string;
  /** As node spells them: `linux`, `darwin` or `win32`; `x64`, `arm64`… */
  readonly platform: string;
  readonly arch: string;
  isFile(path: string): boolean;
}

export interface Found {
  readonly path: string;
  readonly origin: 'setting' | 'PATH' | 'bundled';
}

/** No binary, and a sentence that says so. */
export interface Missing {
  readonly missing: string;
}

export function findBinary(at: Surroundings): Found | Missing {
  return at.setting.trim() === '' ? (onPath(at) ?? bundled(at) ?? nowhere(at)) : fromSetting(at);
}

/** What the setting names, or nothing: a wrong setting is not passed over in silence. */
function fromSetting(at: Surroundings): Found | Missing {
  const file = expand(at.setting.trim(), at);
  if (at.isFile(file)) {
    return { path: file, origin: 'setting' };
  }
  return { missing: `The setting nodestage.path names ${file}, but there is no such file.` };
}

function expand(setting: string, at: Surroundings): string {
  const home = setting.replace(/^~(?=[/\\]|$)/, () => at.home);
  return home.replaceAll('${workspaceFolder}', () => at.workspace ?? '${workspaceFolder}');
}

function onPath(at: Surroundings): Found | undefined {
  const { delimiter, isAbsolute, join } = paths(at);
  // A relative folder on the PATH would mean whatever the workspace holds there.
  const folders = at.searchPath.split(delimiter).filter((it) => isAbsolute(it));
  const file = folders.map((it) => join(it, fileName(at))).find((it) => at.isFile(it));
  return file === undefined ? undefined : { path: file, origin: 'PATH' };
}

function bundled(at: Surroundings): Found | undefined {
  const file = paths(at).join(at.extension, 'bundled', `${at.platform}-${at.arch}`, fileName(at));
  return at.isFile(file) ? { path: file, origin: 'bundled' } : undefined;
}

function nowhere(at: Surroundings): Missing {
  const system = `${at.platform}-${at.arch}`;
  return { missing: `The nodestage program is not on the PATH, and this extension brings none for ${system}.` };
}

function fileName(at: Surroundings): string {
  return at.platform === 'win32' ? 'nodestage.exe' : 'nodestage';
}

function paths(at: Surroundings): path.PlatformPath {
  return at.platform === 'win32' ? path.win32 : path.posix;
}
