// Graphs for tests.
import type { FlowGraph, GraphEdge, GraphNode } from '../src/server/protocol';

export function node(name: string, more: Partial<GraphNode> = {}): GraphNode {
  return { name, kind: 'linear', decorators: [], doc: '', faults: [], ...more };
}

export function edge(from: string, to: string, more: Partial<GraphEdge> = {}): GraphEdge {
  return { from, to, kind: 'linear', ...more };
}

export function graph(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): FlowGraph {
  return { flow: 'F', uri: 'file:///f.py', nodes, edges };
}

/** start, a split into left and right, their join, end. */
export function diamond(): FlowGraph {
  return graph(
    ['start', 'left', 'right', 'join', 'end'].map((name) => node(name)),
    [edge('start', 'left'), edge('start', 'right'), edge('left', 'join'), edge('right', 'join'), edge('join', 'end')],
  );
}

/** Blocks of splits and joins, about n steps. */
export function large(n: number): FlowGraph {
  const names = ['start'];
  const edges: GraphEdge[] = [];
  let last = 'start';
  for (let block = 0; names.length < n; block++) {
    const join = `join${block}`;
    for (let branch = 0; branch < 6; branch++) {
      const [a, b] = [`a${block}_${branch}`, `b${block}_${branch}`];
      names.push(a, b);
      edges.push(edge(last, a), edge(a, b), edge(b, join));
    }
    names.push(join);
    last = join;
  }
  return graph(
    names.map((name) => node(name)),
    edges,
  );
}
