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

/** How the flow or a step went in the latest run. */
export interface LastRun {
  readonly state: string;
  readonly seconds?: number;
  readonly tasks?: number;
  readonly done?: number;
}

export interface GraphNode {
  readonly name: string;
  readonly kind: string;
  /** Where the step stands: a base class may be in another file. */
  readonly uri?: string;
  /** The whole step, and its name in it. */
  readonly range?: Range;
  readonly nameRange?: Range;
  readonly decorators: readonly string[];
  readonly doc: string;
  readonly faults: readonly Fault[];
  /** The splits that are open here, outermost first. */
  readonly splits?: readonly string[];
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
  /** The source can't be followed everywhere: there may be more than this. */
  readonly dynamic?: boolean;
  /** What is wrong at no step. */
  readonly faults?: readonly Fault[];
  readonly last?: LastRun;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
