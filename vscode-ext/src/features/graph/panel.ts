// One graph in a panel beside the editor: live while typing, its nodes lead to the code and the cursor to its node.
import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { Layouter } from '../../graph/layouter';
import { fromPage, type ToPage } from '../../graph/messages';
import { page } from '../../graph/page';
import { scene } from '../../graph/scene';
import { sketch } from '../../graph/sketch';
import { stepAtLine, type Graphs, type Which } from '../../graph/source';
import type { FlowGraph } from '../../server/protocol';

export const viewType = 'spindle.graph';

/** How often a graph is looked at again while its flow runs: what the run does is no edit that anybody tells of. */
const runningPause = 1500;

/** GraphPanel shows the graph of one flow. */
export class GraphPanel {
  private readonly layouter: Layouter;
  private graph: FlowGraph | undefined;
  private refreshing = false;
  private again = false;
  private highlighted = '';
  private timer: NodeJS.Timeout | undefined;
  private readonly disposables: vscode.Disposable[] = [];

  constructor(
    readonly which: Which,
    private readonly panel: vscode.WebviewPanel,
    private readonly graphs: Graphs,
    private readonly extension: vscode.Uri,
    disposed: () => void,
  ) {
    this.layouter = new Layouter(vscode.Uri.joinPath(extension, 'out', 'layoutWorker.js').fsPath);
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(extension, 'media', `graph-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    this.disposables.push(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        this.received(message);
      }),
      vscode.window.onDidChangeTextEditorSelection((e) => {
        this.cursorMoved(e.textEditor);
      }),
      panel.onDidDispose(() => {
        clearTimeout(this.timer);
        this.layouter.dispose();
        vscode.Disposable.from(...this.disposables).dispose();
        disposed();
      }),
    );
    const roots = ['out', 'media'].map((dir) => vscode.Uri.joinPath(extension, dir));
    panel.webview.options = { enableScripts: true, localResourceRoots: roots };
    panel.webview.html = this.html();
  }

  /** Shows the graph as it is now. Calls that come meanwhile become one more look at the end. */
  async refresh(): Promise<void> {
    if (this.refreshing) {
      this.again = true;
      return;
    }
    this.refreshing = true;
    try {
      do {
        this.again = false;
        await this.look();
      } while (this.mustLookAgain());
    } catch (err) {
      this.post({ type: 'notice', text: `The graph cannot be shown: ${err instanceof Error ? err.message : String(err)}` });
    } finally {
      this.refreshing = false;
    }
  }

  reveal(): void {
    this.panel.reveal(undefined, true);
  }

  // A method, for the compiler would take the field to be what it was set to above.
  private mustLookAgain(): boolean {
    return this.again;
  }

  private async look(): Promise<void> {
    const graph = await this.graphs.graph(this.which);
    if (graph === undefined) {
      this.post({ type: 'notice', text: 'The language server is not running; the graph is shown as soon as it is.' });
      return;
    }
    if (graph === null) {
      const file = path.basename(vscode.Uri.parse(this.which.uri).fsPath);
      this.post({ type: 'notice', text: `${file} has no flow that could be drawn at the moment.` });
      return;
    }
    const layout = await this.layouter.layout(sketch(graph));
    if (!layout) return;
    this.graph = graph;
    this.panel.title = `Graph: ${graph.flow}`;
    this.post({ type: 'scene', scene: scene(graph, layout) });
    this.lookLater(graph);
    for (const editor of vscode.window.visibleTextEditors) this.cursorMoved(editor);
  }

  // A page that is hidden asks by itself when it is shown again.
  private lookLater(graph: FlowGraph): void {
    clearTimeout(this.timer);
    if (graph.last?.state !== 'running' || !this.panel.visible) return;
    this.timer = setTimeout(() => {
      void this.refresh();
    }, runningPause);
  }

  private received(value: unknown): void {
    const message = fromPage(value);
    if (!message) return;
    switch (message.type) {
      case 'ready':
        // A page that was hidden is made anew and knows nothing.
        this.highlighted = '';
        void this.refresh();
        break;
      case 'open':
        void this.open(message.step, message.keepFocus);
        break;
    }
  }

  private async open(step: string, keepFocus: boolean): Promise<void> {
    if (!this.graph) return;
    const node = this.graph.nodes.find((n) => n.name === step);
    // A step that does not exist leads to where it is named.
    const range = node?.nameRange ?? node?.range ?? this.graph.edges.find((e) => e.to === step)?.range;
    if (!range) return;
    const uri = vscode.Uri.parse(node?.uri ?? this.graph.uri);
    const at = new vscode.Position(range.start.line, range.start.character);
    const shown = vscode.window.visibleTextEditors.find((e) => e.document.uri.toString() === uri.toString());
    await vscode.window.showTextDocument(uri, {
      viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One,
      preserveFocus: keepFocus,
      selection: new vscode.Range(at, at),
    });
    // A page that had the click may keep the focus where the file was not open before.
    if (!keepFocus) await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
  }

  private cursorMoved(editor: vscode.TextEditor): void {
    if (!this.graph) return;
    const uri = editor.document.uri.toString();
    if (uri !== this.graph.uri && !this.graph.nodes.some((n) => n.uri === uri)) return;
    const step = stepAtLine(this.graph, uri, editor.selection.active.line) ?? '';
    if (step === this.highlighted) return;
    this.highlighted = step;
    this.post({ type: 'highlight', step });
  }

  private post(message: ToPage): void {
    void this.panel.webview.postMessage(message);
  }

  private html(): string {
    const { webview } = this.panel;
    const address = (...parts: string[]): string => webview.asWebviewUri(vscode.Uri.joinPath(this.extension, ...parts)).toString();
    return page({
      title: this.panel.title,
      script: address('out', 'graph.js'),
      style: address('media', 'graph.css'),
      source: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
      state: JSON.stringify(this.which),
    });
  }
}
