// What the reading verbs answer with --json, as far as the extension shows it.
import { Fields } from './json';

export type State = 'running' | 'done' | 'failed' | 'interrupted' | 'unknown';

export interface Run {
  readonly flow: string;
  readonly run: string;
  readonly state: State;
  readonly started: string;
  /** Undefined where nobody knows. */
  readonly seconds: number | undefined;
  readonly user: string;
  readonly tags: readonly string[];
  /** A deployment made it. */
  readonly production: boolean;
  readonly origin: string;
  readonly tasks: number;
  readonly tasksDone: number;
  readonly failedStep: string;
  readonly failedTask: string;
  readonly reason: string;
}

export interface Runs {
  readonly runs: readonly Run[];
  /** Damaged parts of the store that were passed over. */
  readonly problems: readonly string[];
}

export interface Task {
  readonly task: string;
  readonly state: State;
  readonly started: string;
  readonly seconds: number | undefined;
  readonly attempts: number;
  /** The foreach item, innermost last: "genre=Drama". */
  readonly frames: readonly string[];
  /** Its places in the foreach loops around it, outermost first. */
  readonly place: readonly number[];
}

export interface StepTasks {
  readonly step: string;
  readonly state: State;
  readonly tasks: readonly Task[];
}

/** A step as the source has it. */
export interface ShownStep {
  readonly name: string;
  readonly type: string;
  readonly doc: string;
  readonly next: readonly string[];
}

/** What the workbench of a flow has. */
export interface Standing {
  /** The run it stands on, empty for none. */
  readonly origin: string;
  /** How many tasks were spun. */
  readonly tasks: number;
}

export interface Artifact {
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly sha: string;
  /** As str() in Python; undefined when not shown. */
  readonly text: string | undefined;
  readonly value: unknown;
  /** value is the value. */
  readonly plain: boolean;
  readonly tooLarge: boolean;
  readonly error: string;
}

export interface LogLine {
  readonly stream: string;
  readonly time: string;
  readonly text: string;
}

export interface TaskLog {
  readonly pathspec: string;
  readonly attempt: number;
  readonly lines: readonly LogLine[];
}

/** The answer of `spindle runs --json`. */
export function parseRuns(text: string): Runs {
  const top = Fields.parse(text);
  return { runs: top.list('runs').map(runOf), problems: top.texts('problems') };
}

function runOf(f: Fields): Run {
  return {
    flow: f.name('flow'),
    run: f.name('run'),
    state: stateOf(f.text('state')),
    started: f.text('started'),
    seconds: f.number('duration_seconds'),
    user: f.text('user'),
    tags: f.texts('user_tags'),
    production: f.texts('system_tags').some((tag) => tag.startsWith('production:')),
    origin: f.text('origin_run_id'),
    tasks: f.number('tasks') ?? 0,
    tasksDone: f.number('tasks_done') ?? 0,
    failedStep: f.text('failed_step'),
    failedTask: f.text('failed_task'),
    reason: f.text('reason'),
  };
}

/** The answer of `spindle tasks --json`. */
export function parseTasks(text: string): StepTasks[] {
  return Fields.parse(text)
    .list('steps')
    .map((f) => ({ step: f.name('step'), state: stateOf(f.text('state')), tasks: f.list('tasks').map(taskOf) }));
}

function taskOf(f: Fields): Task {
  return {
    task: f.name('task'),
    state: stateOf(f.text('state')),
    started: f.text('started'),
    seconds: f.number('duration_seconds'),
    attempts: f.number('attempts') ?? 0,
    frames: f.list('foreach').map((frame) => frameText(frame)),
    place: f.list('foreach').map((frame) => frame.number('index') ?? 0),
  };
}

function frameText(f: Fields): string {
  const item = f.text('item');
  return item === '' ? `${f.text('step')} #${f.number('index') ?? 0}` : item;
}

/** The answer of `spindle show --json`: the flow's name and its steps. */
export function parseShow(text: string): { flow: string; steps: ShownStep[] } {
  const top = Fields.parse(text);
  const steps = top.list('steps').map((f) => ({ name: f.name('name'), type: f.text('type'), doc: f.text('doc'), next: f.texts('next') }));
  return { flow: top.name('flow'), steps };
}

/** The answer of `spindle workbench show --json`. */
export function parseStanding(text: string): Standing {
  const top = Fields.parse(text);
  return { origin: top.text('origin'), tasks: top.list('tasks').length };
}

/** The artifacts of one task, from the answer of `spindle dump --json`. */
export function parseArtifacts(text: string): Artifact[] {
  return Fields.parse(text)
    .list('tasks')
    .flatMap((task) => task.list('artifacts'))
    .map((f) => ({
      name: f.name('name'),
      size: f.number('size') ?? 0,
      type: f.text('type'),
      sha: f.text('sha'),
      text: typeof f.any('text') === 'string' ? f.text('text') : undefined,
      value: f.any('value'),
      plain: f.flag('plain'),
      tooLarge: f.flag('too_large'),
      error: f.text('error'),
    }));
}

/** The answer of `spindle logs show --json`. */
export function parseLogs(text: string): TaskLog[] {
  return Fields.parse(text)
    .list('tasks')
    .map((f) => ({
      pathspec: f.name('pathspec'),
      attempt: f.number('attempt') ?? 0,
      lines: f.list('lines').map((l) => ({ stream: l.text('stream'), time: l.text('time'), text: l.text('text') })),
    }));
}

function stateOf(text: string): State {
  switch (text) {
    case 'running':
    case 'done':
    case 'failed':
    case 'interrupted':
      return text;
    default:
      return 'unknown';
  }
}
