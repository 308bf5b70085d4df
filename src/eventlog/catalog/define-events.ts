import { checkOptions, type OptionProblem } from '../../errors/check-options.ts';
import type { EventSeverity } from '../../scm/event-log.ts';
import { type CatalogData, type CatalogEvent, DEFAULT_LANGUAGE, fullEventId } from './catalog.ts';
import { catalogSchema } from './catalog-schema.ts';
import { countParameters, type EventParameter, formatParameter, type ParametersOf } from './parameters.ts';

/** A text, or one for each language: `{ en: 'Listening on %1', de: 'Lauscht auf %1' }`. */
export type LocalText = string | Readonly<Record<string, string>>;

/** Name of a parameter, with its type where that isn't `string`: `'url'`, `'port:number'`. See {@link ParameterTypes}. */
export type ParameterSpec = string;

/** One event of a catalogue. */
export interface EventDefinition<Category extends string = string> {
  /** Identifier that Event Viewer shows and filters by, 0 to 65535. */
  readonly id: number;
  /** Severity of every record of this event. */
  readonly severity: EventSeverity;
  /** Text, with `%1` to `%99` for the parameters; `%%` is a percent sign. */
  readonly message: LocalText;
  /** Names of `%1`, `%2`, …: the function of the event then takes an object. Default: it takes a list. */
  readonly params?: readonly ParameterSpec[];
  /** Name of one of the categories of the catalogue. Default: none. */
  readonly category?: Category;
}

/** Options of a catalogue. */
export interface CatalogOptions<Category extends string = string> {
  /** Names of the categories, each with the text that Event Viewer shows. Default: none. */
  readonly categories?: Readonly<Record<Category, LocalText>>;
}

declare const SEVERITY: unique symbol;

/** Event with its parameters, ready to be written. Made by the functions of a catalogue. */
export interface EventOccurrence<S extends EventSeverity = EventSeverity> {
  /** Event of the catalogue. */
  readonly event: CatalogEvent;
  /** Parameters as text, in the order of `%1`, `%2`, … */
  readonly strings: readonly string[];
  /** Exists in the types only: a warning can't be written as an error. */
  readonly [SEVERITY]?: S;
}

/** Types that a parameter can have, by the name in its {@link ParameterSpec}. */
export interface ParameterTypes {
  /** Default. */
  string: string;
  /** Written as JavaScript writes it. */
  number: number;
  /** Written in decimal digits. */
  bigint: bigint;
  /** Written as `true` or `false`. */
  boolean: boolean;
  /** Written in its ISO form. */
  date: Date;
}

/** Arguments of the function of an event: one object where the parameters have names, otherwise one value for each. */
export type EventArguments<D extends EventDefinition> = D extends { readonly params: infer P extends readonly string[] }
  ? readonly [
      values: {
        readonly [K in P[number] as K extends `${infer Name}:${string}` ? Name : K]: K extends `${string}:${infer T}`
          ? T extends keyof ParameterTypes
            ? ParameterTypes[T]
            : never
          : string;
      },
    ]
  : D['message'] extends infer M extends LocalText
    ? ParametersOf<M extends string ? M : M[keyof M] & string>
    : never;

/** Events of a catalogue, each a function of its parameters. */
export type EventCatalog<E extends Readonly<Record<string, EventDefinition>>> = {
  readonly [K in keyof E]: (...args: EventArguments<E[K]>) => EventOccurrence<E[K]['severity']>;
};

/** Check by the compiler that an event has as many names in `params` as its message has parameters. */
export type CheckedNames<E extends Readonly<Record<string, EventDefinition>>> = {
  readonly [K in keyof E]: E[K] extends {
    readonly params: infer P extends readonly string[];
    readonly message: infer M extends LocalText;
  }
    ? ParametersOf<M extends string ? M : M[keyof M] & string> extends infer Parameters extends readonly unknown[]
      ? P['length'] extends Parameters['length']
        ? unknown
        : { readonly params: Parameters & 'as many names as the message has parameters' }
      : never
    : unknown;
};

const DATA = Symbol('winsvc.catalog');

/**
 * Defines the events that a program writes. Each becomes a function with the parameters of its message: the wrong number
 * of them doesn't compile.
 *
 * @throws ServiceError INVALID_OPTIONS, which names every problem
 * @example
 * const events = defineEvents({
 *   started: { id: 1000, severity: 'info', message: 'Listening on %1' },
 *   slow: { id: 1001, severity: 'warn', message: '%1 took %2 ms', params: ['url', 'ms:number'] },
 * });
 * log.info(events.started('http://localhost:3000'));
 * log.warn(events.slow({ url: '/orders', ms: 1200 }));
 */
export function defineEvents<
  const E extends Readonly<Record<string, EventDefinition<Category>>>,
  const Category extends string = never,
>(events: E & CheckedNames<E>, options: CatalogOptions<Category> = {}): EventCatalog<E> {
  const checked: Readonly<Record<string, EventDefinition>> = events;
  const input = { events: checked, categories: options.categories ?? {} };
  checkOptions('defineEvents', catalogSchema, input, () => crossProblems(input));
  const data = toData(input);
  const functions = data.events.map((event) => [
    event.name,
    (...args: unknown[]): EventOccurrence => ({ event, strings: toStrings(event, args) }),
  ]);
  return Object.defineProperty(Object.fromEntries(functions) as EventCatalog<E>, DATA, { value: data });
}

/** Returns the content of a catalogue. @throws TypeError when it wasn't made by `defineEvents` */
export function catalogData(catalog: object): CatalogData {
  const data = (catalog as { [DATA]?: CatalogData })[DATA];
  if (!data) throw new TypeError('The catalogue must come from defineEvents().');
  return data;
}

interface Input {
  readonly events: Readonly<Record<string, EventDefinition>>;
  readonly categories: Readonly<Record<string, LocalText>>;
}

/** Finds the problems between events: ids that are used twice, texts that differ in their parameters. */
function crossProblems({ events, categories }: Input): OptionProblem[] {
  const problems: OptionProblem[] = [];
  const taken = new Map(Object.keys(categories).map((name, index) => [index + 1, `categories.${name}`]));
  for (const [name, { id, severity, message, params, category }] of Object.entries(events)) {
    const path = `events.${name}`;
    const full = fullEventId(severity, id);
    const other = taken.get(full);
    if (other) problems.push({ path: `${path}.id`, message: `${id} with this severity is the id of ${other} too` });
    taken.set(full, path);
    if (category !== undefined && !(category in categories))
      problems.push({ path: `${path}.category`, message: `there is no category '${category}'` });
    const counts = new Set(Object.values(textsOf(message)).map(countParameters));
    if (counts.size > 1)
      problems.push({ path: `${path}.message`, message: 'must have the same parameters in every language' });
    if (params && params.length !== [...counts][0])
      problems.push({
        path: `${path}.params`,
        message: `must have ${[...counts][0] ?? 0} names, one for each parameter`,
      });
  }
  return problems;
}

function toData({ events, categories }: Input): CatalogData {
  const names = Object.keys(categories);
  return {
    categories: Object.entries(categories).map(([name, text]) => ({ name, texts: textsOf(text) })),
    events: Object.entries(events).map(([name, { id, severity, message, params, category }]) => ({
      name,
      id,
      eventId: fullEventId(severity, id),
      severity,
      category: category === undefined ? 0 : names.indexOf(category) + 1,
      texts: textsOf(message),
      parameters: Math.max(...Object.values(textsOf(message)).map(countParameters)),
      names: params?.map((param) => param.replace(/:.*$/, '')),
    })),
  };
}

function textsOf(text: LocalText): Readonly<Record<string, string>> {
  return typeof text === 'string' ? { [DEFAULT_LANGUAGE]: text } : text;
}

function toStrings({ names, parameters }: CatalogEvent, args: readonly unknown[]): string[] {
  const values = names ? names.map((name) => (args[0] as Record<string, unknown> | undefined)?.[name]) : args;
  // A program in plain JavaScript may give too few. An empty text is better than '%2' in Event Viewer.
  return Array.from({ length: Math.max(parameters, values.length) }, (_, index) => {
    const value = values[index];
    return value === undefined ? '' : formatParameter(value as EventParameter);
  });
}
