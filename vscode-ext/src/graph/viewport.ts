// Zooming and panning as arithmetic: a point p of the graph is seen at p * scale + offset.

export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

const smallest = 0.02;
const largest = 3;
const readable = 0.45;

/** Zooms by a factor, keeping what is at (x, y) of the window where it is. */
export function zoomAt(v: Viewport, factor: number, x: number, y: number): Viewport {
  const scale = Math.min(largest, Math.max(smallest, v.scale * factor));
  const by = scale / v.scale;
  return { scale, x: x - (x - v.x) * by, y: y - (y - v.y) * by };
}

export function pan(v: Viewport, dx: number, dy: number): Viewport {
  return { ...v, x: v.x + dx, y: v.y + dy };
}

/** The whole graph, centred, never larger than life. */
export function fit(graph: Size, window: Size): Viewport {
  if (graph.width <= 0 || graph.height <= 0 || window.width <= 0 || window.height <= 0) return { x: 0, y: 0, scale: 1 };
  const scale = Math.max(smallest, Math.min(1, window.width / graph.width, window.height / graph.height));
  return { scale, x: (window.width - graph.width * scale) / 2, y: (window.height - graph.height * scale) / 2 };
}

/** The first look: all of it, but not from so far away that nothing can be read; then it begins at the top. */
export function firstLook(graph: Size, window: Size): Viewport {
  const all = fit(graph, window);
  if (all.scale >= readable) return all;
  const scale = Math.max(readable, Math.min(1, window.width / graph.width));
  return { scale, x: (window.width - graph.width * scale) / 2, y: 0 };
}

/** Moves a box to the middle. */
export function centre(v: Viewport, box: Box, window: Size): Viewport {
  const x = window.width / 2 - (box.x + box.width / 2) * v.scale;
  const y = window.height / 2 - (box.y + box.height / 2) * v.scale;
  return { ...v, x, y };
}

/** Moves as little as needed for a box to be seen, with some space around it. */
export function reveal(v: Viewport, box: Box, window: Size): Viewport {
  const space = 24;
  return {
    ...v,
    x: v.x + shift(box.x * v.scale + v.x, box.width * v.scale, window.width, space),
    y: v.y + shift(box.y * v.scale + v.y, box.height * v.scale, window.height, space),
  };
}

function shift(at: number, length: number, window: number, space: number): number {
  if (at < space) return space - at;
  const over = at + length + space - window;
  return over > 0 ? Math.max(-over, space - at) : 0;
}
