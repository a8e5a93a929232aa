// The languages of flows: how a flow is recognised at a glance, and how the program's verbs name it.
import * as path from 'node:path';

/** The editor's names of the languages that flows are written in. */
export const languages: readonly string[] = ['python', 'go'];

// A guess for a button's sake: what is a flow is decided by the server.
const pythonFlow = /^class\s+\w+\s*\([^)]*\w*(Flow|FlowSpec)\b/m;
const goFlow = /^type\s+\w+\s+struct\s*\{[^}]*?(^|[\s;{])\w+\.Flow\s*($|[;}/`])/m;
const goSDK = '"github.com/spindle-flow/spindle/flow"';

/** Whether a text looks like a flow's. */
export function looksLikeFlow(language: string | undefined, text: string): boolean {
  if (language === 'go') return text.includes(goSDK) && goFlow.test(text);
  return language === 'python' && pythonFlow.test(text);
}

/** The flow in a file as the program's verbs name it in the file's folder: a Go flow by that folder, which is its package. */
export function flowWord(file: string, flow?: string): string {
  const word = isGo(file) ? '.' : path.basename(file);
  return flow === undefined ? word : `${word}:${flow}`;
}

/** What a flow's file is called in a terminal's title. */
export function title(file: string): string {
  return isGo(file) ? path.basename(path.dirname(file)) : path.basename(file, '.py');
}

/** Whether a file is Go's, whose flows need no Python. */
export function isGo(file: string): boolean {
  return file.endsWith('.go');
}
