// The server's answer to spindle/graph. A server of another version may send less or more than is known here.
import type { Fault, FlowGraph, GraphEdge, GraphNode, LastRun, Position, Range, Severity } from '../server/protocol';
import { Fields } from '../binary/json';

/** The graph an answer holds; null where the file has no flow. */
export function graphOf(answer: unknown, asked: string, address: (uri: string) => string = String): FlowGraph | null {
  if (answer === null || answer === undefined) return null;
  const f = Fields.of(answer, 'the graph');
  if (f.text('flow') === '') return null;
  const version = f.number('version');
  const last = lastOf(f.any('last'));
  return {
    flow: f.text('flow'),
    uri: f.text('file') === '' ? asked : address(f.text('file')),
    dynamic: f.flag('dynamic'),
    faults: f.list('faults').map(faultOf),
    ...(last ? { last } : {}),
    ...(version === undefined ? {} : { version }),
    nodes: once(f.list('nodes').map((n) => nodeOf(n, address))),
    edges: f.list('edges').map(edgeOf),
  };
}

// A step that is defined twice is one node with the faults of both.
function once(nodes: readonly GraphNode[]): GraphNode[] {
  const named = new Map<string, GraphNode>();
  for (const n of nodes) {
    const before = named.get(n.name);
    named.set(n.name, before ? { ...before, faults: [...before.faults, ...n.faults] } : n);
  }
  return [...named.values()];
}

function nodeOf(f: Fields, address: (uri: string) => string): GraphNode {
  const range = rangeOf(f.any('range'));
  const nameRange = rangeOf(f.any('selectionRange'));
  const last = lastOf(f.any('last'));
  const file = f.text('file');
  return {
    name: f.name('name'),
    kind: f.text('kind'),
    decorators: f.texts('decorators'),
    doc: f.text('doc'),
    faults: f.list('faults').map(faultOf),
    splits: f.texts('splits'),
    ...(file === '' ? {} : { uri: address(file) }),
    ...(range ? { range } : {}),
    ...(nameRange ? { nameRange } : {}),
    ...(last ? { last } : {}),
  };
}

function edgeOf(f: Fields): GraphEdge {
  const range = rangeOf(f.any('range'));
  const label = f.text('label');
  return { from: f.name('from'), to: f.name('to'), kind: f.text('kind'), ...(label === '' ? {} : { label }), ...(range ? { range } : {}) };
}

function faultOf(f: Fields): Fault {
  return { code: f.text('code'), severity: severityOf(f.any('severity')), message: f.text('message') };
}

// As a word, or as LSP's number.
function severityOf(value: unknown): Severity {
  switch (value) {
    case 'warning':
    case 2:
      return 'warning';
    case 'info':
    case 'information':
    case 3:
      return 'info';
    case 'hint':
    case 4:
      return 'hint';
    default:
      return 'error';
  }
}

function lastOf(value: unknown): LastRun | undefined {
  if (value === null || value === undefined) return undefined;
  const f = Fields.of(value, 'last');
  const numbers: Record<string, number> = {};
  for (const field of ['seconds', 'tasks', 'done']) {
    const n = f.number(field);
    // No duration is written as 0.
    if (n !== undefined && (field !== 'seconds' || n > 0)) numbers[field] = n;
  }
  return { state: f.text('state'), ...numbers };
}

function rangeOf(value: unknown): Range | undefined {
  if (value === null || value === undefined) return undefined;
  const f = Fields.of(value, 'range');
  return { start: positionOf(f.any('start')), end: positionOf(f.any('end')) };
}

function positionOf(value: unknown): Position {
  const f = Fields.of(value, 'position');
  return { line: f.number('line') ?? 0, character: f.number('character') ?? 0 };
}
