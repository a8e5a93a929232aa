// The lists from which one chooses the step, the run and the foreach item to spin.
import * as vscode from 'vscode';
import { parseRuns, parseShow, parseStanding, parseTasks, type ShownStep } from '../../binary/answers';
import { runsArguments, showArguments, tasksArguments, workbenchArguments } from '../../binary/arguments';
import { CommandError } from '../../binary/errors';
import { ask, type Program } from '../../binary/program';
import { localTime } from '../time';
import { isParallel, itemChoices, originChoices, type Choice, type Origin } from './choices';

/** A flow, as the program's verbs name it, and the folder where they are asked. */
export interface FlowAt {
  readonly program: Program;
  readonly flow: string;
  readonly dir: string;
}

/** What was chosen. */
export interface Picked {
  readonly step: string;
  readonly args: readonly string[];
}

type Entry<T extends Choice> = vscode.QuickPickItem & { readonly choice?: T };

/** Asks what to spin and on what; undefined when the user gave up, or has been told what is wrong. */
export async function pickSpin(at: FlowAt, step: string | undefined, here: string | undefined): Promise<Picked | undefined> {
  try {
    const { flow, steps } = parseShow(await ask(at.program, showArguments(at.flow), at.dir));
    const chosen = step ?? (await pickStep(steps, here));
    if (chosen === undefined) return undefined;
    const origin = await pickOrigin(at, chosen);
    if (!origin) return undefined;
    const item = isParallel(steps, chosen) ? none : await pickItem(at, flow, chosen, origin);
    return item && { step: chosen, args: [...origin.args, ...item.args] };
  } catch (err) {
    const text = err instanceof CommandError ? err.text : String(err);
    void vscode.window.showErrorMessage(text);
    return undefined;
  }
}

const none: Pick<Choice, 'args'> = { args: [] };

async function pickStep(steps: readonly ShownStep[], here: string | undefined): Promise<string | undefined> {
  const first = steps.filter((s) => s.name === here);
  const items = [...first, ...steps.filter((s) => s.name !== here)].map((s) => ({
    label: s.name,
    description: s.doc.split('\n')[0] ?? '',
  }));
  return (await vscode.window.showQuickPick(items, { title: 'Spin', placeHolder: 'The step to spin', matchOnDescription: true }))?.label;
}

async function pickOrigin(at: FlowAt, step: string): Promise<Origin | undefined> {
  const limit = vscode.workspace.getConfiguration('spindle').get<number>('runs.limit', 50);
  const [runs, standing] = await Promise.all([
    ask(at.program, runsArguments(limit, at.flow), at.dir).then(parseRuns),
    ask(at.program, workbenchArguments(at.flow), at.dir).then(parseStanding),
  ]);
  const choices = originChoices(runs.runs, standing, localTime);
  if (choices.length === 0) {
    void vscode.window.showInformationMessage('This flow has not run here yet: there is nothing to spin a step on. Run it once.');
    return undefined;
  }
  return choose(choices, `Spin ${step}: on which run?`, 'What the step takes its inputs from', (o) => o.group);
}

/** No arguments where the step has no items in that run. */
async function pickItem(at: FlowAt, flow: string, step: string, origin: Origin): Promise<Pick<Choice, 'args'> | undefined> {
  if (origin.run === undefined) return none;
  const items = itemChoices(parseTasks(await ask(at.program, tasksArguments(flow, origin.run), at.dir)), step);
  if (items.length === 0) return none;
  return choose(items, `Spin ${step}: which item?`, 'The foreach item, by its place or value', () => '');
}

async function choose<T extends Choice>(
  choices: readonly T[],
  title: string,
  placeHolder: string,
  group: (c: T) => string,
): Promise<T | undefined> {
  const entries: Entry<T>[] = [];
  let last = '';
  for (const choice of choices) {
    if (group(choice) !== last) entries.push({ label: group(choice), kind: vscode.QuickPickItemKind.Separator });
    last = group(choice);
    const { label, description, detail, icon, color } = choice;
    const iconPath = new vscode.ThemeIcon(icon, color === '' ? undefined : new vscode.ThemeColor(color));
    entries.push({ label, description, iconPath, choice, ...(detail === '' ? {} : { detail }) });
  }
  return (await vscode.window.showQuickPick(entries, { title, placeHolder, matchOnDescription: true }))?.choice;
}
