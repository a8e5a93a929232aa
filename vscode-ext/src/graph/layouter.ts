// Layouts on a thread of their own: the newest sketch counts, one that has been overtaken is given up.
import { Worker } from 'node:worker_threads';
import type { Layout } from './layout';
import type { Sketch } from './sketch';

/** Layouter lays out the sketches of one view. */
export class Layouter {
  private worker: Worker | undefined;
  private waiting: { key: string; result: Promise<Layout | undefined>; overtaken: () => void } | undefined;
  private last: { key: string; layout: Layout } | undefined;

  constructor(private readonly script: string) {}

  /** The layout of a sketch, or undefined when a newer one was asked for meanwhile. */
  async layout(s: Sketch): Promise<Layout | undefined> {
    const key = JSON.stringify(s);
    if (this.last?.key === key) {
      this.giveUp();
      return this.last.layout;
    }
    if (this.waiting?.key === key) return this.waiting.result;
    this.giveUp();
    const worker = (this.worker ??= new Worker(this.script));
    let overtaken!: () => void;
    const result = new Promise<Layout | undefined>((resolve, reject) => {
      overtaken = () => {
        resolve(undefined);
      };
      const fail = (err: Error): void => {
        if (this.worker === worker) this.worker = undefined;
        this.waiting = undefined;
        reject(err);
      };
      worker.once('error', fail);
      worker.once('message', (layout: Layout) => {
        worker.off('error', fail);
        this.waiting = undefined;
        this.last = { key, layout };
        resolve(layout);
      });
      worker.postMessage(s);
    });
    this.waiting = { key, result, overtaken };
    return result;
  }

  dispose(): void {
    this.giveUp();
    void this.worker?.terminate();
    this.worker = undefined;
  }

  // dagre cannot be interrupted; ending the thread is the only way to not wait for it.
  private giveUp(): void {
    if (!this.waiting) return;
    const { overtaken } = this.waiting;
    this.waiting = undefined;
    this.worker?.removeAllListeners();
    void this.worker?.terminate();
    this.worker = undefined;
    overtaken();
  }
}
