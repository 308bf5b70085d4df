import { ServiceError } from '../../errors/service-error.ts';
import { type Duration, toMs } from '../../util/duration.ts';

/** Level of an event, as the event log names it. */
export type EventLevel = 'critical' | 'error' | 'warn' | 'info' | 'verbose';

/** Levels by the numbers of the event log. Source: https://learn.microsoft.com/windows/win32/wes/eventschema-leveltype-complextype */
export const LEVEL_NUMBERS: Readonly<Record<EventLevel, number>> = {
  critical: 1,
  error: 2,
  warn: 3,
  info: 4,
  verbose: 5,
};

/** Events to select. */
export interface EventFilter {
  readonly sources: readonly string[];
  readonly ids: readonly number[] | undefined;
  readonly since: Date | undefined;
  readonly until: Date | undefined;
  readonly level: EventLevel | readonly EventLevel[] | undefined;
}

/** XPath query, and the parts of the filter that don't fit into it. */
export interface EventSelection {
  readonly query: string;
  readonly ids: ReadonlySet<number> | undefined;
  /** Names of sources in lower case. */
  readonly sources: ReadonlySet<string> | undefined;
}

/** Most expressions of a query; with more it is refused. Source: https://learn.microsoft.com/windows/win32/wes/consuming-events */
const MAX_EXPRESSIONS = 20;

/** Builds the query. Sources and ids that don't fit into it are left to the reader. */
export function selectEvents(filter: EventFilter): EventSelection {
  const { since, until, level } = filter;
  const others = 2 + (typeof level === 'object' ? level.length + 1 : 2);
  const fitSources = filter.sources.length + others <= MAX_EXPRESSIONS;
  const sources = fitSources ? filter.sources : [];
  const terms = [
    any(
      sources.map((name) => `@Name=${quote(name)}`),
      (names) => `Provider[${names}]`,
    ),
    levelTerm(level),
    time(since, until),
  ].filter((term) => term !== '');
  const used = sources.length + others;
  const ranges = filter.ids === undefined ? [] : toRanges(filter.ids);
  const fits = used + ranges.length * 2 <= MAX_EXPRESSIONS;
  if (fits) {
    const idTerm = any(
      ranges.map(([low, high]) => (low === high ? `EventID=${low}` : `(EventID>=${low} and EventID<=${high})`)),
      (ids) => `(${ids})`,
    );
    if (idTerm !== '') terms.splice(1, 0, idTerm);
  }
  return {
    query: terms.length === 0 ? '*' : `*[System[${terms.join(' and ')}]]`,
    ids: filter.ids === undefined || fits ? undefined : new Set(filter.ids),
    sources: fitSources ? undefined : new Set(filter.sources.map((name) => name.toLowerCase())),
  };
}

/** Converts a Date, or a time before now. @throws RangeError */
export function toMoment(value: Date | Duration | undefined, now: number, what: string): Date | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new RangeError(`${what} is an invalid Date`);
    return value;
  }
  return new Date(now - toMs(value, what));
}

function any(expressions: readonly string[], wrap: (all: string) => string): string {
  return expressions.length === 0 ? '' : wrap(expressions.join(' or '));
}

/** Selects a level and all that are worse, or those of a list. Level 0: classic information events and audits may have it. */
function levelTerm(level: EventLevel | readonly EventLevel[] | undefined): string {
  if (level === undefined || level === 'verbose') return '';
  if (typeof level !== 'string')
    return any(
      level
        .flatMap((name) => [LEVEL_NUMBERS[name], ...(name === 'info' ? [0] : [])])
        .map((number) => `Level=${number}`),
      (levels) => `(${levels})`,
    );
  return level === 'info' ? 'Level<=4' : `(Level>=1 and Level<=${LEVEL_NUMBERS[level]})`;
}

function time(since: Date | undefined, until: Date | undefined): string {
  const bounds = [
    since ? `@SystemTime>='${since.toISOString()}'` : '',
    until ? `@SystemTime<='${until.toISOString()}'` : '',
  ].filter((bound) => bound !== '');
  return bounds.length === 0 ? '' : `TimeCreated[${bounds.join(' and ')}]`;
}

/** Quotes a text with the quotes that it doesn't contain: XPath 1.0 has no escapes. */
function quote(name: string): string {
  if (!name.includes("'")) return `'${name}'`;
  if (!name.includes('"')) return `"${name}"`;
  throw new ServiceError(
    'INVALID_OPTIONS',
    `A query of the event log can't name the source ${name}: it has both kinds of quotes.`,
  );
}

function toRanges(ids: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === id) last[1] = id;
    else ranges.push([id, id]);
  }
  return ranges;
}
