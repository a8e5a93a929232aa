// The Runs view's commands, and when it looks again.
import * as vscode from 'vscode';
import { parseTasks } from '../../binary/answers';
import { tasksArguments } from '../../binary/arguments';
import { CommandError } from '../../binary/errors';
import { ask, type Program } from '../../binary/program';
import { mayRun } from '../trust';
import { logAddress, logScheme, RunDocuments, valueAddress, valueScheme } from './documents';
import { findRuns } from './stores';
import { RunsTree, type Item } from './tree';

const settle = 500;

/** RunsView is the tree and what can be done with its items. */
export class RunsView implements vscode.Disposable {
  private readonly tree: RunsTree;
  private readonly documents: RunDocuments;
  private readonly disposable: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;

  /** changed is called when runs may have changed. */
  constructor(
    private readonly program: () => Program | undefined,
    private readonly changed: () => void,
  ) {
    this.tree = new RunsTree(program);
    this.documents = new RunDocuments(program);
    // One small file a flow, written when a run begins.
    const watcher = vscode.workspace.createFileSystemWatcher('**/.metaflow/*/latest_run');
    const soon = (): void => {
      this.soon();
    };
    const refresh = (): void => {
      this.refresh();
    };
    this.disposable = vscode.Disposable.from(
      this.tree,
      this.documents,
      watcher,
      watcher.onDidCreate(soon),
      watcher.onDidChange(soon),
      vscode.window.createTreeView('spindle.runs', { treeDataProvider: this.tree, showCollapseAll: true }),
      vscode.workspace.registerTextDocumentContentProvider(logScheme, this.documents),
      vscode.workspace.registerTextDocumentContentProvider(valueScheme, this.documents),
      vscode.workspace.onDidChangeWorkspaceFolders(refresh),
      vscode.commands.registerCommand('spindle.refreshRuns', refresh),
      vscode.commands.registerCommand('spindle.openLogs', async (item?: Item) => this.openLogs(item)),
      vscode.commands.registerCommand('spindle.showValue', showValue),
      vscode.commands.registerCommand('spindle.copyPathspec', copyPathspec),
    );
  }

  /** Reads the runs again, now. */
  refresh(): void {
    clearTimeout(this.timer);
    this.tree.refresh();
    this.documents.refresh();
    this.changed();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposable.dispose();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.refresh();
    }, settle);
  }

  private async openLogs(item: Item | undefined): Promise<void> {
    try {
      const place = item?.kind === 'step' || item?.kind === 'task' ? item : await this.chooseStep();
      if (!place) return;
      const document = await vscode.workspace.openTextDocument(logAddress(place.dir, place.pathspec));
      await vscode.languages.setTextDocumentLanguage(document, 'log');
      await vscode.window.showTextDocument(document, { preview: true });
    } catch (err) {
      void vscode.window.showErrorMessage(err instanceof CommandError ? err.text : String(err));
    }
  }

  /** From the palette: which run, which step. */
  private async chooseStep(): Promise<{ dir: string; pathspec: string } | undefined> {
    const program = this.program();
    if (!program) return undefined;
    const { found } = await findRuns(program);
    if (found.length === 0) {
      void vscode.window.showInformationMessage('There are no runs in the folders that are open.');
      return undefined;
    }
    const runs = found.map((f) => ({ label: `${f.run.flow}/${f.run.run}`, description: f.run.state, f }));
    const run = await vscode.window.showQuickPick(runs, { title: 'Logs of which run?' });
    if (!run) return undefined;
    const tasks = parseTasks(await ask(program, tasksArguments(run.f.run.flow, run.f.run.run), run.f.dir));
    const steps = tasks.map((s) => ({ label: s.step, description: s.state }));
    const step = await vscode.window.showQuickPick(steps, { title: 'Logs of which step?' });
    return step ? { dir: run.f.dir, pathspec: `${run.label}/${step.label}` } : undefined;
  }
}

async function showValue(item: Item | undefined): Promise<void> {
  if (item?.kind !== 'artifact' || !(await mayRun('Reading a value'))) return;
  const document = await vscode.workspace.openTextDocument(valueAddress(item.dir, item.pathspec, item.artifact.name));
  await vscode.window.showTextDocument(document, { preview: true });
}

async function copyPathspec(item: Item | undefined): Promise<void> {
  switch (item?.kind) {
    case 'run':
      return vscode.env.clipboard.writeText(`${item.run.flow}/${item.run.run}`);
    case 'step':
    case 'task':
      return vscode.env.clipboard.writeText(item.pathspec);
    case 'artifact':
      return vscode.env.clipboard.writeText(`${item.pathspec}/${item.artifact.name}`);
    case 'flow':
    case 'note':
    case undefined:
      return undefined;
  }
}
