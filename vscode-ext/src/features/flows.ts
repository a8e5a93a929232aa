// Which flows there are: the classes among the server's workspace symbols.
import { SymbolKind, WorkspaceSymbolRequest } from 'vscode-languageclient';
import type { Session } from '../server/session';
import type { FlowPlace } from './graph/panels';

/** The flows of all open folders, by name. */
export async function flowsOf(session: Session): Promise<FlowPlace[]> {
  const symbols = (await session.running?.sendRequest(WorkspaceSymbolRequest.type, { query: '' })) ?? [];
  return symbols
    .filter((s) => s.kind === SymbolKind.Class)
    .map((s) => ({ flow: s.name, uri: s.location.uri }))
    .sort((a, b) => a.flow.localeCompare(b.flow) || a.uri.localeCompare(b.uri));
}
