// Run a flow, spin a step: in the integrated terminal, as a task whose arguments no shell sees.
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Session } from '../server/session';
import { runArguments, spinArguments } from '../binary/arguments';
import { flowWord, isGo, title } from '../languages';
import { pickSpin } from './spin/pick';
import { mayRun } from './trust';

const kind = 'spindle';

/** What a code lens or a menu hands to a command; from the palette there is nothing. */
interface Target {
  readonly file: vscode.Uri;
  /** The flow's class, where the caller knows it: a file may have several. */
  readonly flow?: string;
  readonly step?: string;
}

/** Registers Run Flow and the two ways to spin a step. ended is called after each of them. */
export function registerRun(
  session: Session,
  stepAt: (e: vscode.TextEditor) => Promise<string | undefined>,
  ended: () => void,
): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('spindle.runFlow', async (...args: unknown[]) => runFlow(session, args)),
    vscode.commands.registerCommand('spindle.spinStep', async (...args: unknown[]) => spinStep(session, args, stepAt)),
    vscode.commands.registerCommand('spindle.spinStepOn', async (...args: unknown[]) => spinStepOn(session, args, stepAt)),
    vscode.tasks.onDidEndTaskProcess((e) => {
      if (e.execution.task.definition.type === kind) ended();
    }),
  );
}

async function runFlow(session: Session, args: readonly unknown[]): Promise<void> {
  const target = targetOf(args);
  if (!target || !(await mayRun('Running a flow'))) return;
  const settings = vscode.workspace.getConfiguration('spindle', target.file);
  const extra = settings.get<string[]>('runArguments', []);
  await execute(session, target, `run ${title(target.file.fsPath)}`, runArguments(flowIn(target), interpreter(target), extra));
}

async function spinStep(
  session: Session,
  args: readonly unknown[],
  stepAt: (e: vscode.TextEditor) => Promise<string | undefined>,
): Promise<void> {
  const target = targetOf(args);
  if (!target || !(await mayRun('Spinning a step'))) return;
  const here = await stepUnder(target, stepAt);
  const step = target.step ?? (await vscode.window.showInputBox({ title: 'Spin Step', prompt: 'The step to spin', value: here ?? '' }));
  if (step === undefined || step === '') return;
  await execute(session, target, `spin ${step}`, spinArguments(flowIn(target), step, interpreter(target)));
}

// Like spinStep, but the user chooses the run to spin on, and the foreach item.
async function spinStepOn(
  session: Session,
  args: readonly unknown[],
  stepAt: (e: vscode.TextEditor) => Promise<string | undefined>,
): Promise<void> {
  const target = targetOf(args);
  if (!target || !(await mayRun('Spinning a step'))) return;
  const program = session.program();
  if (!program) return;
  const at = { program, flow: flowIn(target), dir: path.dirname(target.file.fsPath) };
  const picked = await pickSpin(at, target.step, await stepUnder(target, stepAt));
  if (!picked) return;
  await execute(session, target, `spin ${picked.step}`, spinArguments(at.flow, picked.step, interpreter(target), picked.args));
}

/** The step the cursor is in. */
async function stepUnder(target: Target, stepAt: (e: vscode.TextEditor) => Promise<string | undefined>): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  return editor?.document.uri.toString() === target.file.toString() ? stepAt(editor) : undefined;
}

// The flow's own folder is the current one: which folder happens to be open in the editor changes nothing.
async function execute(session: Session, target: Target, what: string, args: readonly string[]): Promise<void> {
  const program = session.program();
  if (!program) return;
  const document = vscode.workspace.textDocuments.find((d) => d.uri.toString() === target.file.toString());
  if (document?.isDirty && !(await document.save())) return;
  const execution = new vscode.ProcessExecution(program.file, [...args], { cwd: path.dirname(target.file.fsPath) });
  const scope = vscode.workspace.getWorkspaceFolder(target.file) ?? vscode.TaskScope.Global;
  const task = new vscode.Task({ type: kind, title: what }, scope, what, 'Spindle', execution, []);
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    panel: vscode.TaskPanelKind.Dedicated,
    clear: false,
    showReuseMessage: false,
  };
  await vscode.tasks.executeTask(task);
}

function targetOf(args: readonly unknown[]): Target | undefined {
  const [first, second] = args;
  const file = fileOf(first);
  if (file) {
    const flow = flowOf(args.at(-1));
    return { file, ...(flow === undefined ? {} : { flow }), ...(typeof second === 'string' && second !== '' ? { step: second } : {}) };
  }
  const document = vscode.window.activeTextEditor?.document;
  if (document?.uri.scheme === 'file') return { file: document.uri };
  void vscode.window.showInformationMessage('Open the flow that is meant: a Python or Go file on disk.');
  return undefined;
}

function fileOf(value: unknown): vscode.Uri | undefined {
  if (value instanceof vscode.Uri) return value.scheme === 'file' ? value : undefined;
  if (typeof value !== 'string' || !value.startsWith('file:')) return undefined;
  return vscode.Uri.parse(value);
}

// What the server's lenses say last of all: which flow of the file is meant.
function flowOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('flow' in value)) return undefined;
  return typeof value.flow === 'string' && value.flow !== '' ? value.flow : undefined;
}

function flowIn(target: Target): string {
  return flowWord(target.file.fsPath, target.flow);
}

/** The Python of the settings; none for a flow in Go. */
function interpreter(target: Target): string {
  return isGo(target.file.fsPath) ? '' : vscode.workspace.getConfiguration('spindle', target.file).get('python', '');
}
