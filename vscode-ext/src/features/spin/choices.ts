// What a step can be spun on, without the editor: runs and items as choices, each with the arguments it stands for.
import type { Run, ShownStep, Standing, StepTasks } from '../../binary/answers';
import { runLook } from '../runs/model';

/** An entry of a list; icon and color are names of the editor's. */
export interface Choice {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly icon: string;
  readonly color: string;
  /** What the choice adds to the command line. */
  readonly args: readonly string[];
}

/** A run to spin on, or one that a name stands for. */
export interface Origin extends Choice {
  /** The run whose foreach items are offered next; undefined where there is none. */
  readonly run: string | undefined;
  /** Under which heading it stands. */
  readonly group: string;
}

/** The runs of a flow, newest first, as choices. */
export function originChoices(runs: readonly Run[], standing: Standing, time: (rfc3339: string) => string): Origin[] {
  const named = (label: string, icon: string, name: string, run: Run): Origin => ({
    ...plain(label, icon),
    description: `${run.run} · ${runLook(run, time).description}`,
    args: ['--origin', name],
    run: run.run,
    group: 'By name',
  });
  const choices: Origin[] = [];
  if (standing.tasks > 0) {
    const spun = standing.tasks === 1 ? '1 spun task' : `${standing.tasks} spun tasks`;
    const on = standing.origin === '' ? '' : ` on run ${standing.origin}`;
    choices.push({
      ...plain('The workbench', 'beaker'),
      description: `${spun}${on}`,
      detail: 'Takes what was spun before it; another run starts anew.',
      args: [],
      run: standing.origin === '' ? runs[0]?.run : standing.origin,
      group: 'As it stands',
    });
  }
  const [latest] = runs;
  if (latest) choices.push(named('Latest run', 'history', 'latest', latest));
  const production = runs.find((r) => r.production);
  if (production) choices.push(named('Production', 'rocket', 'production', production));
  for (const tag of new Set(runs.flatMap((r) => r.tags))) {
    const newest = runs.find((r) => r.tags.includes(tag));
    if (newest) choices.push(named(tag, 'tag', tag, newest));
  }
  for (const r of runs) {
    const look = runLook(r, time);
    const description = `${r.state} · ${look.description} · ${r.user}`;
    choices.push({ ...look, description, detail: '', args: ['--origin', r.run], run: r.run, group: 'Runs' });
  }
  return choices;
}

/** The foreach items of a step in a run, in the order of their places; none where it is in no foreach. */
export function itemChoices(steps: readonly StepTasks[], step: string): Choice[] {
  const tasks = steps.find((s) => s.step === step)?.tasks.filter((t) => t.place.length > 0) ?? [];
  const places = new Map<string, Choice & { readonly place: readonly number[] }>();
  for (const t of tasks) {
    const index = t.place.join(',');
    // A step that repeats itself has a task for each round.
    places.set(index, { ...plain(index, 'symbol-array'), description: t.frames.join(' › '), args: ['--index', index], place: t.place });
  }
  if (places.size === 0) return [];
  const items = [...places.values()].sort((a, b) => compare(a.place, b.place));
  const all = { ...plain('All items', 'list-tree'), description: `${items.length}, several at a time`, args: ['--all'] };
  return items.length === 1 ? items : [...items, all];
}

/** Whether a step's tasks are nodes that run together: one alone can't be spun. */
export function isParallel(steps: readonly ShownStep[], step: string): boolean {
  return steps.some((s) => s.type === 'split-parallel' && s.next.includes(step));
}

function plain(label: string, icon: string): Choice {
  return { label, description: '', detail: '', icon, color: '', args: [] };
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, n] of a.entries()) {
    const other = b[i] ?? 0;
    if (n !== other) return n - other;
  }
  return 0;
}
