// The language server's life: found, started, restarted, stopped.

import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { type ExtensionContext, type LogOutputChannel, workspace } from 'vscode';
import { LanguageClient, type LanguageClientOptions, RevealOutputChannelOn, State } from 'vscode-languageclient/node';

import { type Found, type Missing, findBinary } from './binary';
import { dockerfiles, projectFiles } from './documents';
import { forwardLog } from './log';
import { sayMissing, sayStopped } from './messages';
import { whyUnfit } from './probe';
import type { Status } from './status';

export class Server {
  private client: LanguageClient | undefined;
  private found: Found | undefined;
  /** The last start or stop: they wait for one another. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: ExtensionContext,
    private readonly output: LogOutputChannel,
    private readonly status: Status,
  ) {}

  /** Stops the server if it runs, looks for the binary anew and starts it. */
  restart(): Promise<void> {
    return this.inTurn(async () => {
      await this.shutDown();
      await this.startUp();
    });
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.shutDown());
  }

  /** The client, while the server runs. */
  get running(): LanguageClient | undefined {
    return this.client?.isRunning() ? this.client : undefined;
  }

  /** The client for a command that somebody gave: says so where the server does not run. */
  get asked(): LanguageClient | undefined {
    if (this.running === undefined) {
      void sayStopped();
    }
    return this.running;
  }

  /** The program that serves, while it does. */
  get program(): string | undefined {
    return this.running === undefined ? undefined : this.found?.path;
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(step).catch((error: unknown) => this.output.error(String(error)));
    return this.turn;
  }

  private async startUp(): Promise<void> {
    this.status.starting();
    const binary = await findFit(this.context.extensionPath);
    if ('missing' in binary) {
      this.output.error(binary.missing);
      this.status.failed(binary.missing);
      void sayMissing(binary.missing, this.context.extensionUri);
      return;
    }
    this.output.info(`Starting ${binary.path} (${binary.origin})`);
    await this.launch(binary);
  }

  private async launch(binary: Found): Promise<void> {
    const client = new LanguageClient('nodestage', 'nodestage', { command: binary.path, args: ['lsp'] }, this.options());
    this.client = client;
    this.found = binary;
    client.onDidChangeState(({ newState }) => this.show(client, binary, newState));
    await client.start();
  }

  private show(client: LanguageClient, binary: Found, state: State): void {
    switch (state) {
      case State.Starting:
        return this.status.starting();
      case State.Running:
        return this.status.running(client.initializeResult?.serverInfo?.version ?? '', binary);
      case State.Stopped:
        return this.status.stopped();
      case State.StartFailed:
        return this.status.failed(`${binary.path} did not start.`);
    }
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: [...dockerfiles, ...projectFiles],
      initializationOptions: () => workspace.getConfiguration().get('nodestage'),
      diagnosticPullOptions: { onChange: true, onSave: true, onFocus: true },
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      stdioOptions: { stdout: forwardLog, stderr: forwardLog },
    };
  }

  private async shutDown(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // One that never came up has nothing to stop, and says so by an error.
    await client?.dispose().catch((error: unknown) => this.output.warn(String(error)));
  }
}

/** The binary to start, or why there is none. */
async function findFit(extension: string): Promise<Found | Missing> {
  const found = findBinary({
    setting: workspace.getConfiguration('nodestage').get('path', ''),
    searchPath: process.env['PATH'] ?? '',
    home: homedir(),
    workspace: workspace.workspaceFolders?.[0]?.uri.fsPath,
    extension,
    platform: process.platform,
    arch: process.arch,
    isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
  });
  const trouble = 'missing' in found ? undefined : await whyUnfit(found.path);
  return trouble === undefined ? found : { missing: trouble };
}
