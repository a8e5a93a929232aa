// The Runs view: flows, runs, steps, tasks, artifacts. Each level is asked for when it is opened.
import * as vscode from 'vscode';
import { parseArtifacts, parseTasks, type Artifact, type Run, type StepTasks, type Task } from '../../binary/answers';
import { artifactsArguments, tasksArguments } from '../../binary/arguments';
import { CommandError } from '../../binary/errors';
import { ask, type Program } from '../../binary/program';
import { localTime } from '../time';
import { artifactLook, byFlow, flowLook, runLook, stepLook, taskLook, type Look } from './model';
import { findRuns, type Found } from './stores';

/** An item of the tree. dir is where spindle is asked. */
export type Item =
  | { readonly kind: 'flow'; readonly flow: string; readonly runs: readonly Found[] }
  | { readonly kind: 'run'; readonly dir: string; readonly run: Run }
  | { readonly kind: 'step'; readonly dir: string; readonly pathspec: string; readonly step: StepTasks }
  | { readonly kind: 'task'; readonly dir: string; readonly pathspec: string; readonly task: Task }
  | { readonly kind: 'artifact'; readonly dir: string; readonly pathspec: string; readonly artifact: Artifact }
  | { readonly kind: 'note'; readonly text: string; readonly problem: boolean };

/** RunsTree is the data of the Runs view. */
export class RunsTree implements vscode.TreeDataProvider<Item> {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly program: () => Program | undefined) {}

  refresh(): void {
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.changed.dispose();
  }

  getTreeItem(item: Item): vscode.TreeItem {
    if (item.kind === 'note') {
      const note = new vscode.TreeItem(item.text);
      note.iconPath = new vscode.ThemeIcon(item.problem ? 'warning' : 'info');
      note.tooltip = item.text;
      return note;
    }
    const { look, id } = words(item);
    const leaf = item.kind === 'artifact';
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
    const tree = new vscode.TreeItem(look.label, leaf ? None : Collapsed);
    tree.id = id;
    tree.description = look.description;
    tree.tooltip = look.tooltip;
    tree.contextValue = item.kind;
    tree.iconPath = new vscode.ThemeIcon(look.icon, look.color === '' ? undefined : new vscode.ThemeColor(look.color));
    if (leaf) tree.command = { command: 'spindle.showValue', title: 'Show Value', arguments: [item] };
    return tree;
  }

  async getChildren(item?: Item): Promise<Item[]> {
    try {
      return await this.children(item);
    } catch (err) {
      return [{ kind: 'note', text: err instanceof CommandError ? err.text : String(err), problem: true }];
    }
  }

  private async children(item: Item | undefined): Promise<Item[]> {
    const program = this.program();
    if (!program) return [{ kind: 'note', text: 'The spindle program was not found: see the setting spindle.path.', problem: true }];
    if (!item) return flows(program);
    switch (item.kind) {
      case 'flow':
        return item.runs.map(({ dir, run }) => ({ kind: 'run', dir, run }));
      case 'run': {
        const { flow, run } = item.run;
        const steps = parseTasks(await ask(program, tasksArguments(flow, run), item.dir));
        return steps.map((step) => ({ kind: 'step', dir: item.dir, pathspec: `${flow}/${run}/${step.step}`, step }));
      }
      case 'step':
        return item.step.tasks.map((task) => ({ kind: 'task', dir: item.dir, pathspec: `${item.pathspec}/${task.task}`, task }));
      case 'task': {
        const artifacts = parseArtifacts(await ask(program, artifactsArguments(item.pathspec), item.dir));
        if (artifacts.length === 0) return [{ kind: 'note', text: 'No artifacts', problem: false }];
        return artifacts.map((artifact) => ({ kind: 'artifact', dir: item.dir, pathspec: item.pathspec, artifact }));
      }
      case 'artifact':
      case 'note':
        return [];
    }
  }
}

async function flows(program: Program): Promise<Item[]> {
  const { found, problems } = await findRuns(program);
  const items: Item[] = [...byFlow(found)].map(([flow, runs]) => ({ kind: 'flow', flow, runs }));
  return [...items, ...problems.map((text): Item => ({ kind: 'note', text, problem: true }))];
}

function words(item: Exclude<Item, { kind: 'note' }>): { look: Look; id: string } {
  switch (item.kind) {
    case 'flow': {
      const runs = item.runs.map((f) => f.run);
      return { look: flowLook(item.flow, runs), id: item.flow };
    }
    case 'run':
      return { look: runLook(item.run, localTime), id: `${item.dir}:${item.run.flow}/${item.run.run}` };
    case 'step':
      return { look: stepLook(item.step), id: `${item.dir}:${item.pathspec}` };
    case 'task':
      return { look: taskLook(item.task), id: `${item.dir}:${item.pathspec}` };
    case 'artifact':
      return { look: artifactLook(item.artifact), id: `${item.dir}:${item.pathspec}/${item.artifact.name}` };
  }
}
