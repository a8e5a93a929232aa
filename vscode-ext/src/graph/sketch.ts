// What of a graph its layout depends on: sizes and edges. As long as the sketch stays the same, typing moves nothing.
import type { FlowGraph, GraphEdge, GraphNode } from '../server/protocol';

export interface SketchNode {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

export interface SketchEdge {
  readonly from: string;
  readonly to: string;
  /** Space to keep for the label; 0 without one. */
  readonly labelWidth: number;
}

export interface Sketch {
  readonly nodes: readonly SketchNode[];
  readonly edges: readonly SketchEdge[];
}

/** Edges between the same two steps drawn as one: switch cases that lead to one step. */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly label: string;
}

export const nodeHeight = 46;
const narrowest = 132;
const widest = 280;
const longestName = 32;
const longestNote = 38;
const longestLabel = 36;
// Average advances of the editor's interface font at 13 and 11 px, on the safe side.
const nameAdvance = 7.6;
const noteAdvance = 6.1;
// The strip of the last run, the badge and the space around the text.
const frame = 30;
// Kept free before the second line for how the last run went: a run moves nothing.
const stateLetters = 10;

export const clippedName = (name: string): string => clip(name, longestName);
const clippedNote = (note: string): string => clip(note, longestNote);

function clip(text: string, longest: number): string {
  const letters = Array.from(text);
  return letters.length <= longest ? text : letters.slice(0, longest - 1).join('') + '…';
}

/** As much of a second line as there is room for in a box. */
export function fitting(text: string, width: number): string {
  return clip(text, Math.floor((width - frame) / noteAdvance));
}

/** The second line of a node: what kind of step, and its decorators. */
export function note(n: GraphNode): string {
  const decorators = n.decorators.map((d) => (d.startsWith('@') ? d : `@${d}`).replace(/\(.*$/s, ''));
  const parts = [...(plainKinds.has(n.kind) ? [] : [n.kind.replace(/^split-/, '')]), ...decorators];
  return parts.join(' ');
}

// Kinds that the drawing tells anyway.
const plainKinds = new Set(['', 'linear', 'start', 'end', 'split-static']);

/** Names that edges lead to and that no step has: they are drawn as what is missing. */
export function missingSteps(g: FlowGraph): string[] {
  const known = new Set(g.nodes.map((n) => n.name));
  return [...new Set(g.edges.flatMap((e) => [e.from, e.to]).filter((name) => !known.has(name)))];
}

/** One edge for each pair of steps, with the labels of all. */
export function drawnEdges(edges: readonly GraphEdge[]): DrawnEdge[] {
  const pairs = new Map<string, { from: string; to: string; kind: string; labels: string[] }>();
  for (const e of edges) {
    const key = JSON.stringify([e.from, e.to]);
    const pair = pairs.get(key) ?? { from: e.from, to: e.to, kind: e.kind, labels: [] };
    if (e.label !== undefined && e.label !== '' && !pair.labels.includes(e.label)) pair.labels.push(e.label);
    pairs.set(key, pair);
  }
  return [...pairs.values()].map(({ labels, ...e }) => ({ ...e, label: clip(labels.join(', '), longestLabel) }));
}

/** The sketch of a graph. */
export function sketch(g: FlowGraph): Sketch {
  const nodes = g.nodes.map((n) => ({ name: n.name, width: nodeWidth(n.name, note(n)), height: nodeHeight }));
  const missing = missingSteps(g).map((name) => ({ name, width: nodeWidth(name, 'no such step'), height: nodeHeight }));
  const edges = drawnEdges(g.edges).map((e) => ({
    from: e.from,
    to: e.to,
    labelWidth: e.label === '' ? 0 : labelWidth(e.label),
  }));
  return { nodes: [...nodes, ...missing], edges };
}

/** How wide a label is drawn. */
export function labelWidth(label: string): number {
  return Math.ceil(Array.from(label).length * noteAdvance) + 8;
}

function nodeWidth(name: string, second: string): number {
  const text = Math.max(
    Array.from(clippedName(name)).length * nameAdvance,
    (Array.from(clippedNote(second)).length + stateLetters) * noteAdvance,
  );
  return Math.min(widest, Math.max(narrowest, Math.ceil(text) + frame));
}
