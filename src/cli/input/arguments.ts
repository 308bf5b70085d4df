import { parseArgs } from 'node:util';
import { type Duration, durationMs } from '../../util/duration.ts';
import type { Command, Option } from '../command.ts';
import { COMMON } from '../command.ts';
import { nearest } from './nearest.ts';
import { UsageError } from './usage-error.ts';

/** The arguments of a verb, checked against what it takes. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #values: ReadonlyMap<string, readonly (string | true)[]>;

  /** @internal */
  constructor(positionals: readonly string[], values: ReadonlyMap<string, readonly (string | true)[]>) {
    this.positionals = positionals;
    this.#values = values;
  }

  flag(name: string): boolean {
    return this.#values.has(name);
  }

  /** The last one given, or `undefined`. */
  text(name: string): string | undefined {
    const value = this.#values.get(name)?.at(-1);
    return typeof value === 'string' ? value : undefined;
  }

  /** All that were given; `undefined` when none was. */
  list(name: string): readonly string[] | undefined {
    return this.#values.get(name)?.filter((value) => typeof value === 'string');
  }

  duration(name: string): Duration | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const ms = durationMs(text);
    if (ms === undefined) throw new UsageError(`--${name} must be a time such as 500ms, 30s, 2m; got "${text}".`);
    return ms;
  }

  oneOf<const T extends string>(name: string, values: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = values.find((value) => value.toLowerCase() === text.toLowerCase());
    if (found === undefined)
      throw new UsageError(`--${name} must be one of ${values.join(', ')}; got "${text}".${meant(text, values)}`);
    return found;
  }
}

/** @throws UsageError for options that the verb doesn't have, values that are missing, and positionals too few or too many. */
export function parseArguments(command: Command, argv: readonly string[], bound: boolean): Arguments {
  const specs: Readonly<Record<string, Option>> = { ...optionsOf(command, bound), ...COMMON };
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(specs).map(([name, { type, short }]) => [
        name,
        { type: type === 'flag' ? ('boolean' as const) : ('string' as const), ...(short ? { short } : {}) },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const positionals: string[] = [];
  const values = new Map<string, (string | true)[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (!spec) throw unknownOption(command, token.rawName, token.name, Object.keys(specs));
    values.set(token.name, [...(values.get(token.name) ?? []), valueOf(spec, token)]);
  }
  if (!values.has('help')) checkCount(command, positionals, bound);
  return new Arguments(positionals, values);
}

/** The positionals of a verb; a program of its own needs no name of a service. */
export function positionalsOf(command: Command, bound: boolean): Command['positionals'] {
  return bound ? command.positionals.filter(({ own }) => !own) : command.positionals;
}

/** The options of a verb, by the same rule. */
export function optionsOf(command: Command, bound: boolean): Command['options'] {
  return bound ? Object.fromEntries(Object.entries(command.options).filter(([, { own }]) => !own)) : command.options;
}

/** ` Did you mean …?`, or nothing. */
export function meant(word: string, candidates: readonly string[], prefix = ''): string {
  const found = nearest(word, candidates);
  return found === undefined ? '' : ` Did you mean ${prefix}${found}?`;
}

function valueOf(
  { type, value: placeholder = 'VALUE' }: Option,
  { rawName, value, inlineValue }: { rawName: string; value: string | undefined; inlineValue: boolean | undefined },
): string | true {
  if (type === 'flag') {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value; got "${value}".`);
    return true;
  }
  if (value === undefined) throw new UsageError(`${rawName} needs a value: ${rawName} ${placeholder}`);
  // `--name --json` is a forgotten value far more often than a name that begins so.
  if (!inlineValue && value.startsWith('-') && value !== '-')
    throw new UsageError(`${rawName} needs a value. If it is meant to be "${value}", write ${rawName}=${value}`);
  return value;
}

function unknownOption(command: Command, raw: string, name: string, known: readonly string[]): UsageError {
  return new UsageError(`${command.name} has no option ${raw}.${meant(name, known, '--')}`);
}

function checkCount(command: Command, given: readonly string[], bound: boolean): void {
  const wanted = positionalsOf(command, bound);
  const missing = wanted.filter(({ optional, rest }) => !optional && !rest)[given.length];
  if (missing) throw new UsageError(`${command.name} needs <${missing.name}>. ${missing.help}`);
  const extra = wanted.some(({ rest }) => rest) ? undefined : given[wanted.length];
  if (extra !== undefined) throw new UsageError(`${command.name} does not know what to do with "${extra}".`);
}
