// Command lines of the spindle program, one element per argument.

/** A file name that begins with a dash would be read as an option. */
function file(name: string): string {
  return name.startsWith('-') ? `./${name}` : name;
}

function python(interpreter: string): string[] {
  return interpreter === '' ? [] : ['--python', interpreter];
}

export function runArguments(flow: string, interpreter: string, extra: readonly string[]): string[] {
  return ['run', file(flow), ...python(interpreter), ...extra];
}

/** more says on what: a run, a foreach item. */
export function spinArguments(flow: string, step: string, interpreter: string, more: readonly string[] = []): string[] {
  return ['spin', file(flow), step, ...python(interpreter), ...more];
}

export function runsArguments(limit: number, flow?: string): string[] {
  return ['runs', ...(flow === undefined ? [] : [file(flow)]), '--json', '--limit', String(limit)];
}

export function showArguments(flow: string): string[] {
  return ['show', file(flow), '--json'];
}

export function workbenchArguments(flow: string): string[] {
  return ['workbench', 'show', file(flow), '--json'];
}

export function tasksArguments(flow: string, run: string): string[] {
  return ['tasks', `${flow}/${run}`, '--json'];
}

/** Names, types and sizes of a task's artifacts: read without starting Python. */
export function artifactsArguments(task: string): string[] {
  return ['dump', task, '--json', '--max-value-size', '0'];
}

/** One value. Spindle reads plain ones itself; others are unpickled by Python, which runs code. */
export function valueArguments(task: string, artifact: string, most: number, interpreter: string): string[] {
  return ['dump', task, '--json', '--private', '--include', artifact, '--max-value-size', String(most), ...python(interpreter)];
}

export function logsArguments(pathspec: string): string[] {
  return ['logs', 'show', pathspec, '--json'];
}
