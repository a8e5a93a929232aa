// Reading JSON of which only the documented fields are relied on. Unknown fields are ignored, missing ones get the documented empty value.

/** An answer that is not of the documented form. */
export class FormError extends Error {
  constructor(where: string, wanted: string) {
    super(`spindle's answer has no ${wanted} at ${where}: the program and the extension may be of different versions`);
    this.name = 'FormError';
  }
}

/** One JSON object, with typed access to its fields. */
export class Fields {
  private constructor(
    private readonly value: Readonly<Record<string, unknown>>,
    private readonly where: string,
  ) {}

  /** The object that text is. */
  static parse(text: string): Fields {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new FormError('the top', 'JSON');
    }
    return Fields.of(value, 'the top');
  }

  static of(value: unknown, where: string): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new FormError(where, 'object');
    return new Fields(value as Record<string, unknown>, where);
  }

  /** A text that must be there. */
  name(field: string): string {
    const v = this.value[field];
    if (typeof v !== 'string' || v === '') throw new FormError(`${this.where}.${field}`, 'text');
    return v;
  }

  text(field: string): string {
    const v = this.value[field];
    return typeof v === 'string' ? v : '';
  }

  /** A number, or undefined where there is none. */
  number(field: string): number | undefined {
    const v = this.value[field];
    return typeof v === 'number' ? v : undefined;
  }

  flag(field: string): boolean {
    return this.value[field] === true;
  }

  any(field: string): unknown {
    return this.value[field];
  }

  texts(field: string): string[] {
    return this.array(field).filter((v) => typeof v === 'string');
  }

  list(field: string): Fields[] {
    return this.array(field).map((v, i) => Fields.of(v, `${this.where}.${field}[${i}]`));
  }

  private array(field: string): unknown[] {
    const v = this.value[field] ?? [];
    if (!Array.isArray(v)) throw new FormError(`${this.where}.${field}`, 'list');
    return v as unknown[];
  }
}
