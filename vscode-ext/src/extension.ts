// Spindle in VS Code: starts `spindle lsp` and shows what it says. What a flow is and what is wrong with it is known by the server alone.
import * as vscode from 'vscode';
import { registerContext } from './features/context';
import { flowsOf } from './features/flows';
import { GraphPanels } from './features/graph/panels';
import { registerRun } from './features/run';
import { RunsView } from './features/runs/view';
import { registerStatus } from './features/status';
import { ServerGraphs } from './server/graphs';
import { Session } from './server/session';

const flows = [
  { scheme: 'file', language: 'python' },
  { scheme: 'untitled', language: 'python' },
  { scheme: 'file', language: 'go' },
  { scheme: 'file', pattern: '**/go.{mod,work}' },
];
// Config files and settings of flows: their faults are shown in them, and what is typed into them counts before it is saved.
const configs = [
  { scheme: 'file', language: 'json' },
  { scheme: 'file', language: 'jsonc' },
  { scheme: 'file', language: 'yaml' },
  { scheme: 'file', language: 'toml' },
  { scheme: 'file', pattern: '**/pyproject.toml' },
];

// Lenses call commands of the editor, which can open a terminal. Without trust the server leaves the go tool alone, which runs what a workspace says.
const initializationOptions = (): object => ({
  commands: { run: 'spindle.runFlow', spin: 'spindle.spinStep', spinOn: 'spindle.spinStepOn' },
  trusted: vscode.workspace.isTrusted,
});

/** Called once, by the editor. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Spindle', { log: true });
  const session = new Session(context.extensionPath, log, {
    documentSelector: [...flows, ...configs],
    outputChannel: log,
    initializationOptions,
  });
  const graphs = new ServerGraphs(session);
  const panels = new GraphPanels(graphs, async () => flowsOf(session), context.extensionUri);
  const runs = new RunsView(
    () => session.quietProgram(),
    () => {
      panels.refresh();
    },
  );
  context.subscriptions.push(
    log,
    session,
    panels,
    runs,
    registerContext(),
    registerStatus(session, flows),
    registerRun(
      session,
      async (editor) => graphs.stepAt(editor),
      () => {
        runs.refresh();
      },
    ),
    vscode.commands.registerCommand('spindle.restartServer', async () => session.restart()),
    vscode.commands.registerCommand('spindle.showServerLog', () => {
      log.show();
    }),
    vscode.commands.registerCommand('spindle.fixAll', fixAll),
    session.onDidChangeState((state) => {
      if (state !== 'running') return;
      const listener = session.running?.onNotification('spindle/graphChanged', (changed: unknown) => {
        panels.refresh(uriOf(changed));
      });
      if (listener) context.subscriptions.push(listener);
      panels.refresh();
    }),
    vscode.workspace.onDidChangeConfiguration((e) => {
      if (e.affectsConfiguration('spindle.path') || e.affectsConfiguration('spindle.serverArguments')) void session.restart();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      // With trust there may be a program where there was none, or another one.
      void session.restart();
      runs.refresh();
    }),
  );
  void session.restart();
}

async function fixAll(): Promise<void> {
  await vscode.commands.executeCommand('editor.action.codeAction', { kind: 'source.fixAll.spindle', apply: 'first' });
}

function uriOf(changed: unknown): string | undefined {
  if (typeof changed !== 'object' || changed === null) return undefined;
  return 'uri' in changed && typeof changed.uri === 'string' ? changed.uri : undefined;
}
