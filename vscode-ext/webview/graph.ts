// The graph page: draws what the extension sends, and tells it which step was chosen.
import type { FromPage, ToPage } from '../src/graph/messages';
import { direction, go, search } from '../src/graph/navigate';
import type { Scene } from '../src/graph/scene';
import { centre, firstLook, fit, pan, reveal, zoomAt, type Viewport } from '../src/graph/viewport';
import { Drawing } from './draw';
import { faultLine, hideTip, showTip } from './tip';

interface Host {
  postMessage(message: FromPage): void;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
const stage = element('stage', HTMLElement);
const tip = element('tip', HTMLElement);
const notice = element('notice', HTMLElement);
const searchBox = element('search', HTMLInputElement);
const root = document.getElementById('graph') as unknown as SVGSVGElement;

let scene: Scene | undefined;
let view: Viewport = { x: 0, y: 0, scale: 1 };
/** The step the editor's cursor is in, and the one the keyboard is at. */
let current: string | undefined;
let focused: string | undefined;
/** Until the user moves it, a graph that can be read as a whole stays fitted into the window. */
let fitted = true;

const drawing = new Drawing(root, {
  open(name) {
    if (!dragged) host.postMessage({ type: 'open', step: name, keepFocus: false });
  },
  focus(name) {
    focused = name;
    drawing.mark(current, name);
    look(name);
    tell(name);
  },
  hover: tell,
  leave() {
    hideTip(tip);
  },
});

window.addEventListener('message', (event: MessageEvent<ToPage>) => {
  const message = event.data;
  switch (message.type) {
    case 'scene':
      show(message.scene);
      break;
    case 'highlight':
      highlight(message.step);
      break;
    case 'notice':
      notice.textContent = message.text;
      notice.hidden = message.text === '';
      break;
  }
});

function show(next: Scene): void {
  const first = scene === undefined || scene.nodes.length === 0;
  const moved = scene?.width !== next.width || scene.height !== next.height;
  scene = next;
  notice.hidden = true;
  element('flow', HTMLElement).textContent = next.flow;
  element('summary', HTMLElement).textContent = next.summary;
  element('summary', HTMLElement).title = next.summary;
  hideTip(tip);
  const faults = element('faults', HTMLElement);
  faults.replaceChildren(...next.faults.map(faultLine));
  faults.hidden = next.faults.length === 0;
  drawing.draw(next);
  drawing.mark(current, reachable());
  filter();
  if (first) begin();
  else if (fitted && moved) fitAll();
}

function highlight(step: string): void {
  current = step === '' ? undefined : step;
  drawing.mark(current, reachable());
  if (current !== undefined && !fitted) look(current);
}

function reachable(): string | undefined {
  const known = (name: string | undefined): boolean => scene?.nodes.some((n) => n.name === name) ?? false;
  if (known(focused)) return focused;
  return known(current) ? current : scene?.nodes[0]?.name;
}

function tell(name: string): void {
  const node = scene?.nodes.find((n) => n.name === name);
  const box = drawing.element(name)?.querySelector('.box')?.getBoundingClientRect();
  if (node && box && !dragging) showTip(tip, node, box);
}

function look(name: string): void {
  const node = scene?.nodes.find((n) => n.name === name);
  if (node) move(reveal(view, node, size()));
}

function move(next: Viewport): void {
  view = next;
  drawing.place(view.x, view.y, view.scale);
}

function begin(): void {
  if (!scene) return;
  const look = firstLook(scene, size());
  fitted = look.scale === fit(scene, size()).scale;
  move(look);
}

function fitAll(): void {
  fitted = true;
  if (scene) move(fit(scene, size()));
}

function zoom(factor: number, x = size().width / 2, y = size().height / 2): void {
  fitted = false;
  hideTip(tip);
  move(zoomAt(view, factor, x, y));
}

function size(): { width: number; height: number } {
  return { width: stage.clientWidth, height: stage.clientHeight };
}

new ResizeObserver(() => {
  if (fitted) begin();
}).observe(stage);

// Mouse and trackpad: the wheel scrolls, with Ctrl or a pinch it zooms, dragging pans.
stage.addEventListener(
  'wheel',
  (e) => {
    e.preventDefault();
    if (e.ctrlKey || e.metaKey) {
      const box = stage.getBoundingClientRect();
      zoom(Math.exp(-e.deltaY / 300), e.clientX - box.left, e.clientY - box.top);
      return;
    }
    fitted = false;
    hideTip(tip);
    move(pan(view, -e.deltaX, -e.deltaY));
  },
  { passive: false },
);

let dragging = false;
/** A drag that ends over a node is no click. */
let dragged = false;
let grip = { x: 0, y: 0 };

stage.addEventListener('pointerdown', (e) => {
  if (e.button !== 0) return;
  dragging = true;
  dragged = false;
  grip = { x: e.clientX, y: e.clientY };
});
window.addEventListener('pointermove', (e) => {
  if (!dragging) return;
  const dx = e.clientX - grip.x;
  const dy = e.clientY - grip.y;
  if (!dragged && Math.hypot(dx, dy) < 4) return;
  dragged = true;
  fitted = false;
  hideTip(tip);
  stage.classList.add('dragging');
  grip = { x: e.clientX, y: e.clientY };
  move(pan(view, dx, dy));
});
window.addEventListener('pointerup', () => {
  dragging = false;
  stage.classList.remove('dragging');
});

stage.addEventListener('keydown', (e) => {
  if (!scene || e.altKey || e.ctrlKey || e.metaKey) return;
  const way = direction(e.key);
  if (way) {
    const next = go(scene, focused ?? reachable(), way);
    if (next !== undefined) drawing.element(next)?.focus();
  } else if (!command(e.key)) {
    return;
  }
  e.preventDefault();
});

function command(key: string): boolean {
  switch (key) {
    case 'Enter':
    case ' ':
      if (focused !== undefined) host.postMessage({ type: 'open', step: focused, keepFocus: key === ' ' });
      return true;
    case '+':
    case '=':
      zoom(1.25);
      return true;
    case '-':
      zoom(0.8);
      return true;
    case '0':
      fitAll();
      return true;
    case '/':
      searchBox.focus();
      return true;
    case 'Escape':
      hideTip(tip);
      return true;
    default:
      return false;
  }
}

element('in', HTMLElement).addEventListener('click', () => {
  zoom(1.25);
});
element('out', HTMLElement).addEventListener('click', () => {
  zoom(0.8);
});
element('fit', HTMLElement).addEventListener('click', fitAll);

function filter(): void {
  drawing.found(searchBox.value.trim() === '' || !scene ? undefined : new Set(search(scene, searchBox.value)));
}
searchBox.addEventListener('input', filter);
searchBox.addEventListener('keydown', (e) => {
  if (e.key === 'Escape') {
    searchBox.value = '';
    filter();
  }
  if (e.key !== 'Enter' || !scene) return;
  const names = search(scene, searchBox.value);
  const next = names[(names.indexOf(focused ?? '') + 1) % Math.max(1, names.length)];
  if (next === undefined) return;
  // A found step is looked at from near, also in a graph of a thousand.
  if (view.scale < 0.6) zoom(0.8 / view.scale);
  const found = scene.nodes.find((n) => n.name === next);
  if (found) move(centre(view, found, size()));
  fitted = false;
  drawing.element(next)?.focus();
});

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

host.setState(JSON.parse(document.body.dataset['state'] ?? 'null'));
host.postMessage({ type: 'ready' });
