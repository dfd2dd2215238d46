// A code-server of our own, with the extension installed: started, given settings, stopped.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { until } from './checks.mjs';

const CACHE = process.env.VSCODE_CACHE;
const PROGRAM = join(CACHE, 'node_modules', 'code-server');

// Light, quiet, and nothing that saves or asks by itself.
const PLAIN = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.colorTheme': 'Light Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.layoutControl.enabled': false,
  'workbench.tips.enabled': false,
  'window.commandCenter': false,
  'window.menuBarVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'git.enabled': false,
  'editor.minimap.enabled': false,
  'editor.fontSize': 13,
  'telemetry.telemetryLevel': 'off',
};

export class CodeServer {
  static plain = PLAIN;

  constructor(folder) {
    this.data = join(folder, 'data');
    this.extensions = join(folder, 'extensions');
    this.log = join(folder, 'code-server.log');
    this.write('User', PLAIN);
    this.set({});
  }

  /** The machine's settings from now on. `nodestage.path` only counts there, as each machine has its own programs. */
  set(settings) {
    this.write('Machine', settings);
  }

  write(kind, settings) {
    mkdirSync(join(this.data, kind), { recursive: true });
    writeFileSync(join(this.data, kind, 'settings.json'), JSON.stringify(settings, null, 2));
  }

  install(vsix) {
    execFileSync(process.execPath, [PROGRAM, '--install-extension', vsix, ...this.folders()], { stdio: 'pipe', env: environment() });
  }

  async start() {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    const log = openSync(this.log, 'w');
    const options = ['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check'];
    this.process = spawn(process.execPath, [PROGRAM, ...options, ...this.folders()], {
      stdio: ['ignore', log, log],
      env: environment(),
      detached: true,
    });
    await until('code-server answers', async () => (await fetch(`${this.url}/healthz`)).ok, 30_000);
  }

  stop() {
    // The group: the extension hosts and language servers as well.
    if (this.process) process.kill(-this.process.pid);
  }

  folders() {
    return ['--user-data-dir', this.data, '--extensions-dir', this.extensions];
  }
}

/** Ours, but for any nodestage on the PATH: the tests say where it is. */
function environment() {
  const path = process.env.PATH.split(delimiter).filter((it) => !existsSync(join(it, 'nodestage')));
  return { ...process.env, PATH: path.join(delimiter) };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
