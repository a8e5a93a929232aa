// The graph as the server tells it: the request spindle/graph and the notification spindle/graphChanged.

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** What is wrong at a step. */
export interface Fault {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
}

/** How a step went in the latest run. */
export interface LastRun {
  readonly state: string;
  readonly seconds?: number;
}

export interface GraphNode {
  readonly name: string;
  readonly kind: string;
  /** Left out: the file that was asked about. */
  readonly uri?: string;
  readonly range?: Range;
  readonly decorators: readonly string[];
  readonly doc: string;
  readonly faults: readonly Fault[];
  readonly last?: LastRun;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly label?: string;
  readonly range?: Range;
}

export interface FlowGraph {
  readonly flow: string;
  readonly uri: string;
  readonly version?: number;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
