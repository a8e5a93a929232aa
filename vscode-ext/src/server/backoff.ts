// When a server that crashed is started again. Pure: the clock is the caller's.

/** How restarts are spaced. Times are in milliseconds. */
export interface Policy {
  readonly first: number;
  readonly longest: number;
  /** After so many crashes in a row nobody is helped by one more try. */
  readonly tries: number;
  /** A server that lived this long has recovered; its next crash is a first one. */
  readonly healthy: number;
}

export const usual: Policy = { first: 500, longest: 8000, tries: 5, healthy: 60_000 };

/** What to do after a crash. */
export type Decision = { readonly kind: 'restart'; readonly delay: number } | { readonly kind: 'give-up'; readonly crashes: number };

/** Backoff counts crashes in a row. */
export class Backoff {
  private crashes = 0;
  private startedAt = 0;

  constructor(
    private readonly policy: Policy,
    private readonly now: () => number,
  ) {}

  /** The server was started. */
  started(): void {
    this.startedAt = this.now();
  }

  /** The server ended without having been asked to. */
  crashed(): Decision {
    if (this.now() - this.startedAt >= this.policy.healthy) this.crashes = 0;
    this.crashes++;
    if (this.crashes > this.policy.tries) return { kind: 'give-up', crashes: this.crashes };
    return { kind: 'restart', delay: Math.min(this.policy.first * 2 ** (this.crashes - 1), this.policy.longest) };
  }

  /** The user asked for a fresh start. */
  reset(): void {
    this.crashes = 0;
  }
}
