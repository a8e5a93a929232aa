// What the extension promises, as a user would try it.
import type { Browser } from 'playwright-core';
import { edit } from './edit';
import { goFlow } from './golang';
import { graphFromKeyboard, largeGraph, liveGraph } from './graph';
import { severalRoots, untrusted } from './places';
import { runFlow, runsTree, spinStep, spinStepOn } from './runs';
import { crash, lostProgram } from './server';
import { allThemes } from './themes';

/** Where everything is. */
export interface Place {
  /** The editor that trusts its workspaces, and one that asks. */
  readonly url: string;
  readonly wary: string;
  readonly workspace: string;
  readonly second: string;
  readonly roots: string;
  readonly golang: string;
  readonly extensions: string;
  readonly shots: string;
}

export type Case = (browser: Browser, place: Place) => Promise<void>;

export const cases: readonly (readonly [string, Case])[] = [
  ['faults and a quick fix', edit],
  ['the graph while typing', liveGraph],
  ['the graph by keyboard', graphFromKeyboard],
  ['a graph of a thousand steps', largeGraph],
  ['the graph in all themes', allThemes],
  ['runs, values and logs', runsTree],
  ['run a flow', runFlow],
  ['spin a step', spinStep],
  ['choose what to spin on', spinStepOn],
  ['a flow in Go', goFlow],
  ['a server that crashes', crash],
  ['a program that is not there', lostProgram],
  ['several roots', severalRoots],
  ['a workspace that is not trusted', untrusted],
];
