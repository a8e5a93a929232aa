// Logs and values open as read-only documents. Their address says all that is needed to read them again.
import * as vscode from 'vscode';
import { parseArtifacts, parseLogs } from '../../binary/answers';
import { logsArguments, valueArguments } from '../../binary/arguments';
import { CommandError } from '../../binary/errors';
import { ask, type Program } from '../../binary/program';
import { logText, valueText } from './texts';

export const logScheme = 'spindle-log';
export const valueScheme = 'spindle-value';
const largestValue = 1_000_000;

export function logAddress(dir: string, pathspec: string): vscode.Uri {
  return vscode.Uri.from({ scheme: logScheme, path: `/${pathspec}.log`, query: JSON.stringify({ dir, pathspec }) });
}

export function valueAddress(dir: string, pathspec: string, artifact: string): vscode.Uri {
  return vscode.Uri.from({ scheme: valueScheme, path: `/${pathspec}/${artifact}.txt`, query: JSON.stringify({ dir, pathspec, artifact }) });
}

/** RunDocuments reads them through the program. */
export class RunDocuments implements vscode.TextDocumentContentProvider {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly program: () => Program | undefined) {}

  /** Reads the logs that are open once more: a task may be printing. */
  refresh(): void {
    for (const d of vscode.workspace.textDocuments) if (d.uri.scheme === logScheme) this.changed.fire(d.uri);
  }

  dispose(): void {
    this.changed.dispose();
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    try {
      return await this.content(uri);
    } catch (err) {
      return err instanceof CommandError ? err.text : String(err);
    }
  }

  private async content(uri: vscode.Uri): Promise<string> {
    const program = this.program();
    if (!program) return 'The spindle program was not found: see the setting spindle.path.';
    const { dir, pathspec, artifact } = JSON.parse(uri.query) as { dir: string; pathspec: string; artifact?: string };
    if (artifact === undefined) return logText(parseLogs(await ask(program, logsArguments(pathspec), dir)));
    // Restored with the window, the document may be asked for before the workspace is trusted.
    if (!vscode.workspace.isTrusted) return 'Reading a value may run code, and this workspace is not trusted.';
    const python = vscode.workspace.getConfiguration('spindle').get<string>('python', '');
    const found = parseArtifacts(await ask(program, valueArguments(pathspec, artifact, largestValue, python), dir))[0];
    return found ? valueText(pathspec, found) : `${pathspec} has no artifact ${artifact}.`;
  }
}
