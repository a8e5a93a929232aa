// Asking the spindle program: one verb, its JSON answer. Arguments are handed over as they are; no shell is involved.
import { execFile } from 'node:child_process';
import { CommandError, failure } from './errors';

/** The program, once it is known where it is. */
export interface Program {
  readonly file: string;
}

// A store of thousands of runs is some megabytes of JSON.
const mostOutput = 256 << 20;

/** Runs a verb in a folder and returns what it wrote to standard output. A failure is a CommandError. */
export async function ask(program: Program, args: readonly string[], cwd: string, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program.file,
      [...args],
      { cwd, maxBuffer: mostOutput, windowsHide: true, ...(signal ? { signal } : {}) },
      (error, stdout, stderr) => {
        // Some verbs answer and fail: `dump` when one of many artifacts cannot be read. The answer says so itself.
        if (!error || stdout !== '') {
          resolve(stdout);
          return;
        }
        reject(
          typeof error.code === 'string'
            ? new CommandError(`${program.file} could not be run: ${error.message}`, error.code, '')
            : failure(stderr, error.code ?? null),
        );
      },
    );
  });
}
