// Failures of the spindle program as its --json form tells them (docs/json-output.md).

/** A command that failed: what went wrong, and what to do about it. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly kind: string,
    readonly hint: string,
  ) {
    super(message);
    this.name = 'CommandError';
  }

  /** Message and hint as one text. */
  get text(): string {
    return this.hint === '' ? this.message : `${this.message}. ${this.hint}`;
  }
}

/** The failure that standard error tells of, or the last line of what it is instead. */
export function failure(stderr: string, exitCode: number | null): CommandError {
  const told = parseFailure(stderr);
  if (told) return told;
  const lines = stderr.trim().split('\n');
  const last = lines.at(-1)?.trim() ?? '';
  const how = exitCode === null ? 'was killed' : `ended with code ${exitCode}`;
  return new CommandError(last === '' ? `spindle ${how}` : last, 'failed', '');
}

function parseFailure(stderr: string): CommandError | undefined {
  let value: unknown;
  try {
    value = JSON.parse(stderr);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('error' in value)) return undefined;
  const error = value.error;
  if (typeof error !== 'object' || error === null) return undefined;
  const text = (field: string): string => {
    const v: unknown = (error as Record<string, unknown>)[field];
    return typeof v === 'string' ? v : '';
  };
  if (text('message') === '') return undefined;
  return new CommandError(text('message'), text('kind') || 'failed', text('hint'));
}
