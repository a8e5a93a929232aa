// The tooltip of a node: what the step is, how it went, what is wrong with it.
import type { SceneNode } from '../src/graph/scene';
import type { Fault } from '../src/server/protocol';

const gap = 14;
const narrowest = 200;

/** Shows a node's tooltip beside its box, inside the window. */
export function showTip(tip: HTMLElement, n: SceneNode, box: DOMRect): void {
  tip.replaceChildren(...content(n));
  tip.hidden = false;
  // Rather of several lines and beside the node than of one line and over its neighbours.
  const beside = Math.max(window.innerWidth - box.right, box.left) - 2 * gap;
  tip.style.maxWidth = beside >= narrowest ? `min(44em, ${beside}px)` : '';
  const { width, height } = tip.getBoundingClientRect();
  const { left, top } = place(box, width, height);
  tip.style.left = `${left}px`;
  tip.style.top = `${top}px`;
}

// Beside the node, where it hides no edge's other end; below or above where there is no room.
function place(box: DOMRect, width: number, height: number): { left: number; top: number } {
  const top = Math.max(gap, Math.min(box.top, window.innerHeight - height - gap));
  if (box.right + gap + width <= window.innerWidth) return { left: box.right + gap, top };
  if (box.left - gap - width >= 0) return { left: box.left - gap - width, top };
  const left = Math.max(gap, Math.min(box.left, window.innerWidth - width - gap));
  const below = box.bottom + gap + height <= window.innerHeight;
  return { left, top: below ? box.bottom + gap : Math.max(gap, box.top - height - gap) };
}

export function hideTip(tip: HTMLElement): void {
  tip.hidden = true;
}

function content(n: SceneNode): HTMLElement[] {
  const parts = [line('tip-name', n.name)];
  if (n.shape === 'missing') parts.push(line('tip-fault error', 'No step has this name.'));
  parts.push(...n.faults.map(faultLine));
  if (n.decorators.length > 0) parts.push(line('tip-decorators', n.decorators.map((d) => (d.startsWith('@') ? d : `@${d}`)).join('  ')));
  if (n.doc !== '') parts.push(line('tip-doc', n.doc));
  if (n.stateText !== '') parts.push(line('tip-state', `Last run: ${n.stateText}`));
  return parts;
}

/** A fault as one line: its code and what it says. */
export function faultLine(f: Fault): HTMLElement {
  const fault = line(`tip-fault ${f.severity}`, '');
  const code = document.createElement('code');
  code.textContent = f.code;
  fault.append(code, ` ${f.message}`);
  return fault;
}

function line(name: string, text: string): HTMLElement {
  const element = document.createElement('div');
  element.className = name;
  element.textContent = text;
  return element;
}
