// Where the arrow keys lead in a graph: down and up along edges, left and right among neighbours.
import type { Scene, SceneNode } from './scene';

export type Direction = 'up' | 'down' | 'left' | 'right' | 'first' | 'last';

/** The step that a key leads to from another; the same step where there is nothing. */
export function go(s: Scene, from: string | undefined, direction: Direction): string | undefined {
  const here = s.nodes.find((n) => n.name === from);
  if (!here || direction === 'first' || direction === 'last') return outermost(s, direction === 'last');
  const found = direction === 'up' || direction === 'down' ? along(s, here, direction) : beside(s, here, direction);
  return (found ?? here).name;
}

/** The key's direction, if it has one. */
export function direction(key: string): Direction | undefined {
  switch (key) {
    case 'ArrowUp':
      return 'up';
    case 'ArrowDown':
      return 'down';
    case 'ArrowLeft':
      return 'left';
    case 'ArrowRight':
      return 'right';
    case 'Home':
      return 'first';
    case 'End':
      return 'last';
    default:
      return undefined;
  }
}

function outermost(s: Scene, last: boolean): string | undefined {
  const sign = last ? -1 : 1;
  return [...s.nodes].sort((a, b) => sign * (a.y - b.y) || a.x - b.x)[0]?.name;
}

// Along an edge, the one that bends least; a step without such an edge leads to the nearest one in that direction.
function along(s: Scene, here: SceneNode, way: 'up' | 'down'): SceneNode | undefined {
  const names = new Set(s.edges.filter((e) => (way === 'down' ? e.from : e.to) === here.name).map((e) => (way === 'down' ? e.to : e.from)));
  names.delete(here.name);
  const ahead = (n: SceneNode): boolean => (way === 'down' ? n.y > here.y : n.y < here.y);
  const linked = s.nodes.filter((n) => names.has(n.name));
  return nearest(here, linked.filter(ahead)) ?? nearest(here, s.nodes.filter(ahead)) ?? nearest(here, linked);
}

function beside(s: Scene, here: SceneNode, way: 'left' | 'right'): SceneNode | undefined {
  const row = s.nodes.filter((n) => Math.abs(n.y - here.y) < here.height / 2 && (way === 'left' ? n.x < here.x : n.x > here.x));
  return nearest(here, row);
}

function nearest(here: SceneNode, among: readonly SceneNode[]): SceneNode | undefined {
  const distance = (n: SceneNode): number => {
    const dx = n.x + n.width / 2 - (here.x + here.width / 2);
    const dy = n.y - here.y;
    return dx * dx + dy * dy;
  };
  return [...among].sort((a, b) => distance(a) - distance(b))[0];
}

/** The steps whose name contains the words that are looked for, in reading order. */
export function search(s: Scene, words: string): string[] {
  const wanted = words.trim().toLowerCase();
  if (wanted === '') return [];
  return [...s.nodes]
    .filter((n) => n.name.toLowerCase().includes(wanted))
    .sort((a, b) => a.y - b.y || a.x - b.x)
    .map((n) => n.name);
}
