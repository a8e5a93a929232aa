// The runs of all stores that belong to what is open: from any folder, in several roots, for a single file.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { parseRuns, type Run } from '../../binary/answers';
import { runsArguments } from '../../binary/arguments';
import { CommandError } from '../../binary/errors';
import { ask, type Program } from '../../binary/program';
import { withoutRepeats } from './model';

export interface Found {
  readonly run: Run;
  /** A folder from which the run's store is the nearest one. */
  readonly dir: string;
}

/** The runs, and what of the stores could not be read. */
export async function findRuns(program: Program): Promise<{ found: Found[]; problems: string[] }> {
  const limit = vscode.workspace.getConfiguration('spindle').get<number>('runs.limit', 50);
  const problems = new Set<string>();
  const found: Found[] = [];
  for (const dir of await places()) {
    try {
      const answer = parseRuns(await ask(program, runsArguments(limit), dir));
      found.push(...answer.runs.map((run) => ({ run, dir })));
      for (const problem of answer.problems) problems.add(problem);
    } catch (err) {
      // A folder without a store is nothing to speak of: most have none.
      if (!(err instanceof CommandError) || err.kind !== 'failed') problems.add(err instanceof Error ? err.message : String(err));
    }
  }
  return { found: withoutRepeats(found), problems: [...problems] };
}

/** Folders to ask from: each finds the nearest store at or above it. */
async function places(): Promise<string[]> {
  const dirs = new Set<string>();
  for (const folder of vscode.workspace.workspaceFolders ?? []) if (folder.uri.scheme === 'file') dirs.add(folder.uri.fsPath);
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active?.scheme === 'file' && active.fsPath.endsWith('.py')) dirs.add(path.dirname(active.fsPath));
  // Every flow of a store has this file, once.
  const marks = await vscode.workspace.findFiles('**/.metaflow/*/latest_run', '**/{node_modules,.git,.venv}/**', 500);
  for (const mark of marks) dirs.add(path.resolve(mark.fsPath, '..', '..', '..'));
  return [...dirs];
}
