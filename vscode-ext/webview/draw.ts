// Turns a scene into SVG. Elements are kept by name, so that focus and pointer survive an edit.
import type { Scene, SceneEdge, SceneNode } from '../src/graph/scene';
import { labelWidth } from '../src/graph/sketch';

const svg = 'http://www.w3.org/2000/svg';
const radius = 6;
const strip = 5;

/** What the pointer and the keyboard do to a node. */
export interface NodeEvents {
  open(name: string): void;
  focus(name: string): void;
  leave(): void;
  hover(name: string): void;
}

/** Drawing is the SVG of one graph. */
export class Drawing {
  private readonly plane: SVGGElement;
  private readonly edges: SVGGElement;
  private readonly nodes: SVGGElement;
  private readonly drawn = new Map<string, { g: SVGGElement; as: string }>();
  private kept: ReadonlySet<string> | undefined;

  constructor(
    root: SVGSVGElement,
    private readonly events: NodeEvents,
  ) {
    root.append(markers());
    this.plane = create('g', {});
    this.edges = create('g', { class: 'edges', 'aria-hidden': 'true' });
    this.nodes = create('g', { class: 'nodes' });
    this.plane.append(this.edges, this.nodes);
    root.append(this.plane);
  }

  /** Draws a scene over the one before. */
  draw(scene: Scene): void {
    this.edges.replaceChildren(...scene.edges.map(edge));
    const names = new Set(scene.nodes.map((n) => n.name));
    for (const [name, { g }] of this.drawn) {
      if (names.has(name)) continue;
      g.remove();
      this.drawn.delete(name);
    }
    for (const n of scene.nodes) this.node(n);
  }

  /** Where the plane lies in the window. */
  place(x: number, y: number, scale: number): void {
    this.plane.setAttribute('transform', `translate(${x} ${y}) scale(${scale})`);
    this.plane.classList.toggle('far', scale < 0.3);
  }

  element(name: string): SVGGElement | undefined {
    return this.drawn.get(name)?.g;
  }

  /** Marks the node the cursor is in, and the one that Tab reaches. */
  mark(current: string | undefined, reachable: string | undefined): void {
    for (const [name, { g }] of this.drawn) {
      g.classList.toggle('current', name === current);
      g.setAttribute('tabindex', name === reachable ? '0' : '-1');
      if (name === current) g.setAttribute('aria-current', 'location');
      else g.removeAttribute('aria-current');
    }
    this.edges.querySelectorAll<SVGElement>('.edge').forEach((e) => {
      e.classList.toggle('near', current !== undefined && (e.dataset['from'] === current || e.dataset['to'] === current));
    });
  }

  /** Fades everything but the steps that were searched for. */
  found(names: ReadonlySet<string> | undefined): void {
    this.kept = names;
    for (const [name, { g }] of this.drawn) g.classList.toggle('faded', !this.keeps(name));
    this.edges.querySelectorAll<SVGElement>('.edge').forEach((e) => {
      e.classList.toggle('faded', !(this.keeps(e.dataset['from']) && this.keeps(e.dataset['to'])));
    });
  }

  private keeps(name: string | undefined): boolean {
    return this.kept === undefined || (name !== undefined && this.kept.has(name));
  }

  private node(n: SceneNode): void {
    const as = JSON.stringify(n);
    const before = this.drawn.get(n.name);
    if (before?.as === as) return;
    const g = before?.g ?? this.newNode(n.name);
    g.setAttribute('class', classes(n, g.classList));
    g.setAttribute('transform', `translate(${n.x} ${n.y})`);
    g.setAttribute('aria-label', n.spoken);
    g.replaceChildren(...inside(n));
    this.drawn.set(n.name, { g, as });
  }

  private newNode(name: string): SVGGElement {
    const g = create('g', { role: 'button', tabindex: '-1', 'data-step': name });
    g.addEventListener('click', () => {
      this.events.open(name);
    });
    g.addEventListener('focus', () => {
      this.events.focus(name);
    });
    g.addEventListener('blur', () => {
      this.events.leave();
    });
    g.addEventListener('pointerenter', () => {
      this.events.hover(name);
    });
    g.addEventListener('pointerleave', () => {
      this.events.leave();
    });
    this.nodes.append(g);
    return g;
  }
}

function classes(n: SceneNode, before: DOMTokenList): string {
  const kept = ['current', 'faded'].filter((c) => before.contains(c));
  return ['node', n.shape, n.severity && `has-${n.severity}`, n.state && `was-${n.state}`, ...kept].filter((c) => c !== '').join(' ');
}

function inside(n: SceneNode): SVGElement[] {
  const parts: SVGElement[] = [];
  // What runs many times is a stack of cards.
  if (n.many) parts.push(create('rect', { class: 'behind', x: 4, y: 4, width: n.width, height: n.height, rx: radius }));
  // A theme's colours of marks let through what is behind them.
  parts.push(create('rect', { class: 'back', width: n.width, height: n.height, rx: radius }));
  parts.push(create('rect', { class: 'box', width: n.width, height: n.height, rx: radius }));
  if (n.state !== '') parts.push(create('path', { class: 'strip', d: stripPath(n.height) }));
  const oneLine = n.note === '';
  parts.push(text('title', n.title, 16, oneLine ? n.height / 2 + 4.5 : 19));
  if (!oneLine) parts.push(text('note', n.note, 16, 36));
  if (n.severity !== '' && n.faults.length > 0) parts.push(...badge(n));
  return parts;
}

function badge(n: SceneNode): SVGElement[] {
  const word = String(n.faults.length);
  return [
    create('circle', { class: 'badge', cx: n.width - 2, cy: 2, r: 9 }),
    text('badge-text', n.faults.length > 1 ? word : '!', n.width - 2, 6),
  ];
}

function stripPath(height: number): string {
  return `M${radius},0 H${strip} V${height} H${radius} A${radius},${radius} 0 0 1 0,${height - radius} V${radius} A${radius},${radius} 0 0 1 ${radius},0 Z`;
}

function edge(e: SceneEdge): SVGElement {
  const g = create('g', { class: `edge ${e.kind}`, 'data-from': e.from, 'data-to': e.to });
  g.append(create('path', { class: 'line', d: e.path, 'marker-end': 'url(#arrow)' }));
  if (e.label !== '' && e.labelAt) {
    const { x, y } = e.labelAt;
    const width = labelWidth(e.label);
    g.append(
      create('rect', { class: 'label-back', x: x - width / 2, y: y - 8, width, height: 16, rx: 3 }),
      text('label', e.label, x, y + 4),
    );
  }
  return g;
}

function markers(): SVGElement {
  const defs = create('defs', {});
  const arrow = create('marker', {
    id: 'arrow',
    viewBox: '0 0 8 8',
    refX: 7,
    refY: 4,
    markerWidth: 10,
    markerHeight: 10,
    markerUnits: 'userSpaceOnUse',
    orient: 'auto-start-reverse',
  });
  arrow.append(create('path', { class: 'arrow', d: 'M0,0 L8,4 L0,8 Z' }));
  defs.append(arrow);
  return defs;
}

function text(name: string, content: string, x: number, y: number): SVGElement {
  const element = create('text', { class: name, x, y });
  element.textContent = content;
  return element;
}

function create<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Record<string, string | number>): SVGElementTagNameMap[K] {
  const element = document.createElementNS(svg, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
