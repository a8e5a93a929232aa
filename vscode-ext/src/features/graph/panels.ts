// The graph panels that are open, one a flow, and the commands that open them.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { languages } from '../../languages';
import { whichOf, type Graphs, type Which } from '../../graph/source';
import { sameAddress } from '../../server/graphs';
import { GraphPanel, viewType } from './panel';

/** A flow of the workspace, to choose from. */
export interface FlowPlace {
  readonly flow: string;
  readonly uri: string;
}

/** GraphPanels keeps one panel a flow. */
export class GraphPanels implements vscode.Disposable {
  private readonly open = new Map<string, GraphPanel>();
  private readonly registered: vscode.Disposable;

  constructor(
    private readonly graphs: Graphs,
    private readonly flows: () => Promise<readonly FlowPlace[]>,
    private readonly extension: vscode.Uri,
  ) {
    this.registered = vscode.Disposable.from(
      vscode.commands.registerCommand('spindle.showGraph', async (...args: unknown[]) => this.show(args)),
      vscode.commands.registerCommand('spindle.showGraphOf', async () => this.choose()),
      vscode.window.registerWebviewPanelSerializer(viewType, {
        deserializeWebviewPanel: async (panel, state: unknown) => {
          const which = whichOf(state);
          if (which) this.adopt(which, panel);
          else panel.dispose();
          return Promise.resolve();
        },
      }),
    );
  }

  /** Shows all graphs anew, or those of one file: after an edit, a run, a restart of the server. */
  refresh(uri?: string): void {
    for (const panel of this.open.values()) if (uri === undefined || panel.which.uri === sameAddress(uri)) void panel.refresh();
  }

  dispose(): void {
    this.registered.dispose();
  }

  private async show(args: readonly unknown[]): Promise<void> {
    const which = this.target(args);
    if (!which) return;
    const graph = await this.graphs.graph(which);
    if (graph === null) {
      const file = path.basename(vscode.Uri.parse(which.uri).fsPath);
      void vscode.window.showInformationMessage(`${file} has no flow: a class that is a FlowSpec, or a struct that embeds flow.Flow.`);
      return;
    }
    // With its name, for the panel may have been opened by name before.
    this.beside(graph ? { uri: which.uri, flow: graph.flow } : which);
  }

  private target(args: readonly unknown[]): Which | undefined {
    const [first, second] = args;
    const flow = typeof second === 'string' && second !== '' ? { flow: second } : {};
    if (first instanceof vscode.Uri) return { uri: first.toString(), ...flow };
    if (typeof first === 'string' && first.includes(':')) return { uri: vscode.Uri.parse(first).toString(), ...flow };
    const document = vscode.window.activeTextEditor?.document;
    if (document && languages.includes(document.languageId)) return { uri: document.uri.toString() };
    void vscode.window.showInformationMessage('Open the flow whose graph is meant, or use “Show Graph of…”.');
    return undefined;
  }

  private async choose(): Promise<void> {
    const flows = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Looking for flows' }, this.flows);
    if (flows.length === 0) {
      void vscode.window.showInformationMessage('No file of the open folders has a flow.');
      return;
    }
    const items = flows.map((f) => ({ label: f.flow, description: vscode.workspace.asRelativePath(vscode.Uri.parse(f.uri)), f }));
    const chosen = await vscode.window.showQuickPick(items, { title: 'Show Graph of…', matchOnDescription: true });
    if (chosen) this.beside({ uri: chosen.f.uri, flow: chosen.f.flow });
  }

  private beside(which: Which): void {
    const existing = this.open.get(key(which));
    if (existing) {
      existing.reveal();
      return;
    }
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.adopt(which, vscode.window.createWebviewPanel(viewType, `Graph: ${which.flow ?? ''}`, column));
  }

  private adopt(which: Which, panel: vscode.WebviewPanel): void {
    const disposed = (): void => {
      this.open.delete(key(which));
    };
    this.open.set(key(which), new GraphPanel(which, panel, this.graphs, this.extension, disposed));
  }
}

function key(which: Which): string {
  return JSON.stringify([which.uri, which.flow]);
}
