// What the extension and the graph page say to each other.
import type { Scene } from './scene';

/** To the page. */
export type ToPage =
  | { readonly type: 'scene'; readonly scene: Scene }
  | { readonly type: 'highlight'; readonly step: string }
  | { readonly type: 'notice'; readonly text: string };

/** From the page. */
export type FromPage = { readonly type: 'ready' } | { readonly type: 'open'; readonly step: string; readonly keepFocus: boolean };

/** What came from the page, if it is a message of ours. */
export function fromPage(value: unknown): FromPage | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  if (value.type === 'ready') return { type: 'ready' };
  if (value.type === 'open' && 'step' in value && typeof value.step === 'string') {
    return { type: 'open', step: value.step, keepFocus: 'keepFocus' in value && value.keepFocus === true };
  }
  return undefined;
}
