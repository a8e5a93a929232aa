// The thread that lays graphs out: a thousand steps take a second or two, which nobody else in the extension host should wait for.
import { parentPort } from 'node:worker_threads';
import { layout } from './layout';
import type { Sketch } from './sketch';

parentPort?.on('message', (s: Sketch) => {
  parentPort?.postMessage(layout(s));
});
