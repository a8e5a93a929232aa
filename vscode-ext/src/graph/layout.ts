// Places a sketch on the plane, by dagre.
import { Graph, layout as dagre } from '@dagrejs/dagre';
import type { Sketch } from './sketch';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A node's place; x and y are its centre. */
export interface PlacedNode extends Point {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  readonly points: readonly Point[];
  /** The label's centre. */
  readonly label?: Point;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

const margin = 24;

/** Lays a sketch out from top to bottom, branches from left to right as far as can be. The same sketch gives the same layout. */
export function layout(s: Sketch): Layout {
  const l = placed(s);
  return turned(l) ? mirrored(l) : l;
}

// dagre minimises crossings and does not care which of two branches is the left one; a reader expects the first that is named.
function turned(l: Layout): boolean {
  const at = new Map(l.nodes.map((n) => [n.name, n]));
  const last = new Map<string, number>();
  let balance = 0;
  for (const e of l.edges) {
    const x = at.get(e.to)?.x ?? 0;
    const before = last.get(e.from);
    if (before !== undefined) balance += Math.sign(x - before);
    last.set(e.from, x);
  }
  return balance < 0;
}

function mirrored(l: Layout): Layout {
  const turn = <P extends Point>(p: P): P => ({ ...p, x: l.width - p.x });
  const edges = l.edges.map((e) => ({ ...e, points: e.points.map(turn), ...(e.label ? { label: turn(e.label) } : {}) }));
  return { ...l, nodes: l.nodes.map(turn), edges };
}

function placed(s: Sketch): Layout {
  if (s.nodes.length === 0) return { width: 0, height: 0, nodes: [], edges: [] };
  const g = new Graph({ directed: true, multigraph: false });
  g.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 40, edgesep: 14, marginx: margin, marginy: margin });
  // dagre keeps nodes in plain objects, where a step called __proto__ would be lost: it gets numbers instead.
  const ids = new Map(s.nodes.map((n, i) => [n.name, `n${i}`]));
  const id = (name: string): string => ids.get(name) ?? '';
  for (const n of s.nodes) g.setNode(id(n.name), { width: n.width, height: n.height });
  for (const e of s.edges) {
    g.setEdge(id(e.from), id(e.to), e.labelWidth > 0 ? { width: e.labelWidth, height: 16, labelpos: 'c' } : {});
  }
  dagre(g);
  const size = g.graph() as { width?: number; height?: number };
  return {
    width: size.width ?? 0,
    height: size.height ?? 0,
    nodes: s.nodes.map((n) => {
      const at = g.node(id(n.name)) as Point;
      return { name: n.name, width: n.width, height: n.height, x: at.x, y: at.y };
    }),
    edges: s.edges.map((e) => {
      const edge = g.edge(id(e.from), id(e.to)) as { points?: Point[]; x?: number; y?: number };
      const points = (edge.points ?? []).map(({ x, y }) => ({ x, y }));
      const label = e.labelWidth > 0 && edge.x !== undefined && edge.y !== undefined ? { x: edge.x, y: edge.y } : undefined;
      return { from: e.from, to: e.to, points, ...(label ? { label } : {}) };
    }),
  };
}

/** An SVG path through points, its corners rounded. */
export function path(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return '';
  let d = `M${coordinates(first)}`;
  for (let i = 0; i + 1 < rest.length; i++) {
    const corner = rest[i];
    const next = rest[i + 1];
    if (!corner || !next) break;
    const end = i + 2 === rest.length ? next : { x: (corner.x + next.x) / 2, y: (corner.y + next.y) / 2 };
    d += `Q${coordinates(corner)} ${coordinates(end)}`;
  }
  return rest.length === 1 ? `${d}L${coordinates(last)}` : d;
}

function coordinates(p: Point): string {
  return `${Math.round(p.x * 10) / 10},${Math.round(p.y * 10) / 10}`;
}
