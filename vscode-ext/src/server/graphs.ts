// Graphs and flows as the language server knows them.
import * as vscode from 'vscode';
import { graphOf } from '../graph/answer';
import { stepAtLine, type Graphs, type Which } from '../graph/source';
import type { FlowGraph } from './protocol';
import type { Session } from './session';

/** An address in the editor's own spelling: others may write a space or a colon another way. */
export function sameAddress(uri: string): string {
  return vscode.Uri.parse(uri).toString();
}

/** ServerGraphs asks the session's server. */
export class ServerGraphs implements Graphs {
  constructor(private readonly session: Session) {}

  async graph(which: Which): Promise<FlowGraph | null | undefined> {
    const client = this.session.running;
    if (!client) return undefined;
    const flow = which.flow === undefined ? {} : { flow: which.flow };
    const answer: unknown = await client.sendRequest('spindle/graph', { textDocument: { uri: which.uri }, ...flow });
    return graphOf(answer, which.uri, sameAddress);
  }

  /** The step the cursor of an editor is in. */
  async stepAt(editor: vscode.TextEditor): Promise<string | undefined> {
    const uri = editor.document.uri.toString();
    const graph = await this.graph({ uri });
    return graph ? stepAtLine(graph, uri, editor.selection.active.line) : undefined;
  }
}
