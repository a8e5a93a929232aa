// The tree of runs without the editor: what its items say.
import type { Artifact, Run, State, StepTasks, Task } from '../../binary/answers';
import { seconds } from '../../graph/scene';

/** An item's words; icon and color are names of the editor's. */
export interface Look {
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly icon: string;
  readonly color: string;
}

/** Runs by flow, newest first, flows by their newest run. */
export function byFlow<T extends { readonly run: Run }>(found: readonly T[]): Map<string, T[]> {
  const flows = new Map<string, T[]>();
  const newest = [...found].sort((a, b) => b.run.started.localeCompare(a.run.started));
  for (const f of newest) {
    const of = flows.get(f.run.flow);
    if (of) of.push(f);
    else flows.set(f.run.flow, [f]);
  }
  return flows;
}

/** The same run is found from every folder of one store. */
export function withoutRepeats<T extends { readonly run: Run }>(found: readonly T[]): T[] {
  const seen = new Set<string>();
  return found.filter(({ run }) => {
    const key = JSON.stringify([run.flow, run.run, run.started]);
    return !seen.has(key) && seen.add(key);
  });
}

export function flowLook(flow: string, runs: readonly Run[]): Look {
  const latest = runs[0];
  const count = runs.length === 1 ? '1 run' : `${runs.length} runs`;
  const tooltip = latest ? `${flow}: latest run ${latest.state}` : flow;
  return { icon: 'type-hierarchy', color: stateIcon(latest?.state ?? 'unknown').color, label: flow, description: count, tooltip };
}

export function runLook(r: Run, time: (rfc3339: string) => string): Look {
  const parts = [time(r.started), ...(r.seconds === undefined ? [] : [seconds(r.seconds)]), ...r.tags];
  const done = r.tasksDone === r.tasks ? `${r.tasks}` : `${r.tasksDone} of ${r.tasks}`;
  const lines = [`${r.flow}/${r.run}: ${r.state}`, `${done} tasks, by ${r.user}`];
  if (r.origin !== '') lines.push(`resumed from ${r.origin}`);
  if (r.failedStep !== '') lines.push(`failed in ${r.failedStep}/${r.failedTask}`);
  if (r.reason !== '') lines.push(r.reason);
  return { ...stateIcon(r.state), label: r.run, description: parts.join(' · '), tooltip: lines.join('\n') };
}

export function stepLook(s: StepTasks): Look {
  const count = s.tasks.length === 1 ? '' : `${s.tasks.length} tasks`;
  return { ...stateIcon(s.state), label: s.step, description: count, tooltip: `${s.step}: ${s.state}` };
}

export function taskLook(t: Task): Look {
  const parts = [...t.frames, ...(t.seconds === undefined ? [] : [seconds(t.seconds)])];
  if (t.attempts > 1) parts.push(`${t.attempts} attempts`);
  return {
    ...stateIcon(t.state),
    label: t.task,
    description: parts.join(' · '),
    tooltip: [`task ${t.task}: ${t.state}`, ...parts].join('\n'),
  };
}

export function artifactLook(a: Artifact): Look {
  const type = plainType(a.type);
  const size = bytes(a.size);
  const description = [type, size].filter((part) => part !== '').join(' · ');
  if (a.error !== '')
    return { label: a.name, description, tooltip: `${a.name}: ${a.error}`, icon: 'warning', color: 'list.warningForeground' };
  return { label: a.name, description, tooltip: `${a.name}: ${type}, ${size}`, icon: 'symbol-field', color: '' };
}

/** "<class 'pandas.core.frame.DataFrame'>" as one writes it. */
export function plainType(type: string): string {
  return /^<class '(.*)'>$/.exec(type)?.[1] ?? type;
}

export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = n / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ''}`;
}

function stateIcon(state: State): { icon: string; color: string } {
  switch (state) {
    case 'done':
      return { icon: 'pass', color: 'testing.iconPassed' };
    case 'failed':
      return { icon: 'error', color: 'testing.iconFailed' };
    case 'running':
      return { icon: 'sync~spin', color: 'charts.blue' };
    case 'interrupted':
      return { icon: 'debug-stop', color: 'charts.yellow' };
    case 'unknown':
      return { icon: 'circle-outline', color: '' };
  }
}
