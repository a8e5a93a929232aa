// The tooltip of a node: what the step is, how it went, what is wrong with it.
import type { SceneNode } from '../src/graph/scene';

/** Shows a node's tooltip beside its box, inside the window. */
export function showTip(tip: HTMLElement, n: SceneNode, box: DOMRect): void {
  tip.replaceChildren(...content(n));
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const below = box.bottom + 8 + height <= window.innerHeight;
  tip.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`;
  tip.style.top = `${below ? box.bottom + 8 : Math.max(8, box.top - height - 8)}px`;
}

export function hideTip(tip: HTMLElement): void {
  tip.hidden = true;
}

function content(n: SceneNode): HTMLElement[] {
  const parts = [line('tip-name', n.name)];
  if (n.shape === 'missing') parts.push(line('tip-fault error', 'No step has this name.'));
  for (const f of n.faults) {
    const fault = line(`tip-fault ${f.severity}`, '');
    const code = document.createElement('code');
    code.textContent = f.code;
    fault.append(code, ` ${f.message}`);
    parts.push(fault);
  }
  if (n.decorators.length > 0) parts.push(line('tip-decorators', n.decorators.map((d) => (d.startsWith('@') ? d : `@${d}`)).join('  ')));
  if (n.doc !== '') parts.push(line('tip-doc', n.doc));
  if (n.stateText !== '') parts.push(line('tip-state', `Last run: ${n.stateText}`));
  return parts;
}

function line(name: string, text: string): HTMLElement {
  const element = document.createElement('div');
  element.className = name;
  element.textContent = text;
  return element;
}
