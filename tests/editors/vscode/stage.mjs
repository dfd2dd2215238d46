// What a scene plays on: copies of the fixture, windows on them, and the command line to compare with.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { equals } from './checks.mjs';
import { CodeServer } from './codeserver.mjs';
import { Workbench, launch } from './workbench.mjs';

const REPO = fileURLToPath(new URL('../../..', import.meta.url));
const FIXTURE = join(REPO, 'fixtures', 'express-typescript');

export class Stage {
  static async set() {
    const stage = new Stage();
    stage.folder = mkdtempSync(join(tmpdir(), 'nodestage-vscode-'));
    // A name of our own for the program, off the PATH: its processes are told apart by it.
    stage.program = join(stage.folder, 'nodestage-under-test');
    symlinkSync(process.env.NODESTAGE, stage.program);
    stage.server = new CodeServer(stage.folder);
    stage.server.install(join(process.env.VSCODE_CACHE, 'nodestage.vsix'));
    await stage.server.start();
    stage.browser = await launch();
    stage.profile = await stage.browser.newContext();
    return stage;
  }

  async strike() {
    await this.browser?.close();
    this.server?.stop();
  }

  /** The settings from now on: the program's path, and these. */
  set(settings = {}) {
    this.server.set({ 'nodestage.path': this.program, ...settings });
  }

  /** A fresh copy of the fixture. */
  project(scene) {
    const folder = join(this.folder, scene, 'express-typescript');
    cpSync(FIXTURE, folder, { recursive: true });
    return folder;
  }

  /** A new window on a folder, or as `workspace` on a workspace file. */
  async open(path, kind, { server = this.server, size } = {}) {
    await this.window?.close();
    this.earlier = this.processes();
    this.window = await Workbench.blank(this.profile, size);
    await this.window.load(server.url, path, kind);
    return this.window;
  }

  /** A file as `nodestage fix --write` leaves it, on a copy of the project: run once with each of `passes`' options. */
  fixed(project, { file = 'Dockerfile', passes = [[]], look = file } = {}) {
    const copy = join(mkdtempSync(join(this.folder, 'cli-')), 'project');
    cpSync(project, copy, { recursive: true });
    for (const options of passes) this.run('fix', '--write', ...options, join(copy, file));
    return readFileSync(join(copy, look), 'utf8');
  }

  /** What `nodestage check` finds, spelled as the rows of the Problems panel. */
  problems(project) {
    const { files } = JSON.parse(this.run('check', '--output-format', 'json', project));
    const row = ({ message, rule, range: { start } }) => `${message}nodestage${rule}[Ln ${start.line}, Col ${start.column}]`;
    return files.flatMap((it) => it.diagnostics.map(row)).sort();
  }

  /** The sentence that says what a rule is about. */
  summary(rule) {
    const line = this.run('rule').split('\n').find((it) => it.startsWith(`${rule} `));
    return /Flags .*/.exec(line)[0];
  }

  /** The output of the program; exit code 1 only says that there was something. */
  run(...args) {
    try {
      return execFileSync(process.env.NODESTAGE, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      if (error.status !== 1) throw error;
      return error.stdout;
    }
  }

  /** The process ids of the language servers of the window in front. */
  servers() {
    return this.processes().filter((it) => !this.earlier.includes(it));
  }

  processes() {
    const all = readdirSync('/proc').filter((it) => /^\d+$/.test(it));
    return all.filter((it) => serves(commandLine(it), this.program)).map(Number);
  }
}

/** Whether it is a language server, not the `lsp --help` by which the extension tries a binary before it starts it. */
function serves([program, ...options], expected) {
  return program === expected && options[0] === 'lsp' && !options.includes('--help');
}

function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // It has ended meanwhile.
  }
}

export function dockerfile(project, file = 'Dockerfile') {
  return readFileSync(join(project, file), 'utf8');
}

/** A check: saved, the Dockerfile on the disk is as expected. An edit may come after the first save: it is saved again. */
export async function saved(window, project, what, expected, file) {
  const look = async () => {
    await window.save();
    return dockerfile(project, file);
  };
  await equals(what, look, expected);
}

/** The Dockerfile some time after a change and a save. A setting may not have arrived at the first one: it is tried again. */
export async function savedOnce(window, project) {
  await window.press('Space', 'Backspace');
  await window.save();
  await new Promise((resolve) => setTimeout(resolve, 500));
  return dockerfile(project);
}
