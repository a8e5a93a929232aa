// What the graph page draws: places, words and states, ready to be turned into SVG without further thought.
import type { Fault, FlowGraph, GraphNode, LastRun, Severity } from '../server/protocol';
import { path, type Layout, type Point } from './layout';
import { clippedName, drawnEdges, fitting, missingSteps, note } from './sketch';

export interface SceneNode {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The two lines of text, short enough for the box. */
  readonly title: string;
  readonly note: string;
  readonly shape: 'step' | 'join' | 'missing';
  /** It runs once for each item of a foreach, or several times at once. */
  readonly many: boolean;
  /** done, failed, running, interrupted; empty when it never ran. */
  readonly state: string;
  readonly stateText: string;
  /** The worst severity; empty without faults. */
  readonly severity: Severity | '';
  readonly faults: readonly Fault[];
  readonly decorators: readonly string[];
  readonly doc: string;
  /** What a screen reader says. */
  readonly spoken: string;
}

export interface SceneEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly path: string;
  readonly label: string;
  readonly labelAt?: Point;
}

export interface Scene {
  readonly flow: string;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly SceneNode[];
  readonly edges: readonly SceneEdge[];
  /** One line for the whole: "8 steps, 2 faults". */
  readonly summary: string;
  /** What is wrong at no step. */
  readonly faults: readonly Fault[];
}

const order: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

/** The scene of a graph that has been laid out. */
export function scene(g: FlowGraph, l: Layout): Scene {
  const places = new Map(l.nodes.map((n) => [n.name, n]));
  const nodes: SceneNode[] = [];
  const kinds = new Map(g.nodes.map((n) => [n.name, n.kind]));
  for (const n of g.nodes) {
    const at = places.get(n.name);
    if (at) nodes.push(stepNode(n, at, repeated(n, kinds)));
  }
  for (const name of missingSteps(g)) {
    const at = places.get(name);
    if (at) nodes.push(missingNode(name, at));
  }
  const placed = new Map(l.edges.map((e) => [JSON.stringify([e.from, e.to]), e]));
  const edges: SceneEdge[] = [];
  for (const e of drawnEdges(g.edges)) {
    const at = placed.get(JSON.stringify([e.from, e.to]));
    if (at) edges.push({ ...e, path: path(at.points), ...(at.label ? { labelAt: at.label } : {}) });
  }
  return { flow: g.flow, width: l.width, height: l.height, nodes, edges, summary: summary(g), faults: g.faults ?? [] };
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function stepNode(n: GraphNode, at: Place, many: boolean): SceneNode {
  const severity = worst(n.faults);
  const stateText = lastText(n.last);
  return {
    ...box(at),
    name: n.name,
    title: clippedName(n.name),
    note: fitting([shortState(n.last), note(n)].filter((part) => part !== '').join('  '), at.width),
    shape: n.kind === 'join' ? 'join' : 'step',
    many,
    state: n.last?.state ?? '',
    stateText,
    severity,
    faults: n.faults,
    decorators: n.decorators,
    doc: n.doc,
    spoken: [
      `step ${n.name}`,
      note(n),
      stateText && `last run ${stateText}`,
      ...n.faults.map((f) => `${f.severity} ${f.code}: ${f.message}`),
    ]
      .filter((part) => part !== '')
      .join(', '),
  };
}

function missingNode(name: string, at: Place): SceneNode {
  return {
    ...box(at),
    name,
    title: clippedName(name),
    note: 'no such step',
    shape: 'missing',
    many: false,
    state: '',
    stateText: '',
    severity: 'error',
    faults: [],
    decorators: [],
    doc: '',
    spoken: `${name}, a step that does not exist`,
  };
}

function box(at: Place): Place {
  return { x: at.x - at.width / 2, y: at.y - at.height / 2, width: at.width, height: at.height };
}

// States are told by a sign as well as by colour.
function shortState(last: LastRun | undefined): string {
  const sign = stateSigns.get(last?.state ?? '') ?? '';
  return last?.seconds === undefined || sign === '' ? sign : `${sign} ${seconds(last.seconds)}`;
}

const stateSigns = new Map([
  ['done', '✓'],
  ['failed', '✗'],
  ['running', '●'],
  ['interrupted', '■'],
]);

// Between a foreach (or a parallel step) and the join that closes it, which stands outside.
function repeated(n: GraphNode, kinds: ReadonlyMap<string, string>): boolean {
  const open = n.kind === 'join' ? n.splits?.slice(0, -1) : n.splits;
  return open?.some((split) => /foreach|parallel/.test(kinds.get(split) ?? '')) ?? false;
}

function worst(faults: readonly Fault[]): Severity | '' {
  return order.find((s) => faults.some((f) => f.severity === s)) ?? '';
}

/** "done in 1.2 s", "failed". */
export function lastText(last: LastRun | undefined): string {
  if (!last || last.state === '') return '';
  const took =
    last.seconds === undefined ? '' : last.state === 'running' ? ` for ${seconds(last.seconds)}` : ` in ${seconds(last.seconds)}`;
  const tasks = last.tasks === undefined || last.tasks < 2 ? '' : `, ${last.done ?? 0} of ${last.tasks} tasks done`;
  return last.state + took + tasks;
}

/** A duration as one reads it: 0.3 s, 12 s, 4 min, 2 h 05 min. */
export function seconds(s: number): string {
  if (s < 10) return `${s.toFixed(s < 1 ? 2 : 1)} s`;
  if (s < 60) return `${Math.round(s)} s`;
  const minutes = Math.round(s / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

function summary(g: FlowGraph): string {
  const steps = g.nodes.length === 1 ? '1 step' : `${g.nodes.length} steps`;
  const parts = [g.dynamic === true ? `${steps} or more` : steps];
  const faults = [...g.nodes.flatMap((n) => n.faults), ...(g.faults ?? [])].filter(
    (f) => f.severity === 'error' || f.severity === 'warning',
  );
  if (faults.length > 0) parts.push(faults.length === 1 ? '1 fault' : `${faults.length} faults`);
  if (g.last && g.last.state !== '') parts.push(`last run ${g.last.state}`);
  return parts.join(', ');
}
