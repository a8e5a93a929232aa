// Where a graph comes from: the language server.
import type { FlowGraph } from '../server/protocol';

/** A file, and the flow in it that is meant; without a name the file's first. */
export interface Which {
  readonly uri: string;
  readonly flow?: string;
}

/** Graphs answers for the graph of a file as it is in the editor now. */
export interface Graphs {
  /** Undefined while no server answers, null where the file has no flow. */
  graph(which: Which): Promise<FlowGraph | null | undefined>;
}

/** What a restored page said about itself. */
export function whichOf(state: unknown): Which | undefined {
  if (typeof state !== 'object' || state === null || !('uri' in state) || typeof state.uri !== 'string') return undefined;
  const flow = 'flow' in state && typeof state.flow === 'string' ? { flow: state.flow } : {};
  return { uri: state.uri, ...flow };
}

/** The step whose function a line of the file lies in. */
export function stepAtLine(g: FlowGraph, uri: string, line: number): string | undefined {
  const here = g.nodes.filter((n) => n.range && (n.uri ?? g.uri) === uri && n.range.start.line <= line && line <= n.range.end.line);
  // Nested ranges do not occur; should a server send them, the innermost is meant.
  return here.sort((a, b) => (b.range?.start.line ?? 0) - (a.range?.start.line ?? 0))[0]?.name;
}
