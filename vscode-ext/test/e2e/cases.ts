// What the extension promises, as a user would try it.
import type { Browser } from 'playwright-core';
import { edit } from './edit';
import { graphFromKeyboard, largeGraph, liveGraph } from './graph';

/** Where everything is. */
export interface Place {
  /** The editor that trusts its workspaces, and one that asks. */
  readonly url: string;
  readonly wary: string;
  readonly workspace: string;
  readonly roots: string;
  readonly settings: string;
  readonly extensions: string;
  readonly shots: string;
}

export type Case = (browser: Browser, place: Place) => Promise<void>;

export const cases: readonly (readonly [string, Case])[] = [
  ['faults and a quick fix', edit],
  ['the graph while typing', liveGraph],
  ['the graph by keyboard', graphFromKeyboard],
  ['a graph of a thousand steps', largeGraph],
];
