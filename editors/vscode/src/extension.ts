// What VS Code calls: puts the parts together.
//
// binary.ts and probe.ts find the server, server.ts starts it, status.ts and messages.ts say how it does; fixes.ts (through
// actions.ts), prove.ts and ships.ts are the commands. All else, from diagnostics to inlay hints, is between VS Code and the server.

import { type ExtensionContext, commands, window, workspace } from 'vscode';

import { fixAll, fixBeforeSave, rewriteProductionStage } from './fixes';
import { proveRewrite } from './prove';
import { Server } from './server';
import { WhatShips } from './ships';
import { Status } from './status';

let server: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const output = window.createOutputChannel('nodestage', { log: true });
  const status = new Status();
  const started = new Server(context, output, status);
  const ships = new WhatShips(started);
  server = started;
  context.subscriptions.push(
    output,
    status,
    ships,
    commands.registerCommand('nodestage.rewriteProductionStage', () => rewriteProductionStage(started)),
    commands.registerCommand('nodestage.fixAll', () => fixAll(started)),
    commands.registerCommand('nodestage.showWhatShips', () => ships.show()),
    commands.registerCommand('nodestage.proveRewrite', () => proveRewrite(started)),
    commands.registerCommand('nodestage.restartServer', () => started.restart()),
    commands.registerCommand('nodestage.showOutput', () => output.show()),
    workspace.onWillSaveTextDocument((it) => fixBeforeSave(started, it)),
    workspace.onDidChangeConfiguration((it) => it.affectsConfiguration('nodestage.path') && started.restart()),
  );
  await started.restart();
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
