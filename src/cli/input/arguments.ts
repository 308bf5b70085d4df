import { type Duration, durationMs } from '../../util/duration.ts';
import { suggestion } from './nearest.ts';
import { UsageError } from './usage-error.ts';

type Value = string | readonly string[] | true | undefined;

/** Parsed arguments of a verb. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #values: Readonly<Record<string, Value>>;

  /** @internal */
  constructor(positionals: readonly string[], values: Readonly<Record<string, Value>>) {
    this.positionals = positionals;
    this.#values = values;
  }

  /** Returns the same arguments with another value of an option; `undefined` takes it out. */
  with(name: string, value: Value): Arguments {
    return new Arguments(this.positionals, { ...this.#values, [name]: value });
  }

  /** Returns whether the option was given. */
  flag(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  /** Returns the value of an option, or `undefined`. */
  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** Returns every value of an option that can be repeated, or `undefined`. */
  list(name: string): readonly string[] | undefined {
    const value = this.#values[name];
    return typeof value === 'object' ? value : undefined;
  }

  /** Returns the value as milliseconds. @throws UsageError */
  duration(name: string): Duration | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const ms = durationMs(text);
    if (ms === undefined) throw new UsageError(`--${name} must be a time such as 500ms, 30s, 2m; got "${text}".`);
    return ms;
  }

  /** Returns the value as one of `values`, in their spelling. @throws UsageError */
  oneOf<const T extends string>(name: string, values: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = values.find((value) => value.toLowerCase() === text.toLowerCase());
    if (found === undefined)
      throw new UsageError(`--${name} must be one of ${values.join(', ')}; got "${text}".${suggestion(text, values)}`);
    return found;
  }

  /** Returns the value as a whole number. @throws UsageError */
  count(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!/^\d+$/.test(text)) throw new UsageError(`--${name} must be a whole number; got "${text}".`);
    return Number(text);
  }
}
