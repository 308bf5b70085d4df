import * as z from 'zod/mini';
import { checkOptions, type OptionProblem } from '../errors/check-options.ts';
import { duration, flag, oneOf, port, text, wholeNumber } from '../util/option-types.ts';
import type { HostOptions } from './host-options.ts';

const BYTES = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 } as const;
const url = z.custom((value) => typeof value === 'string' && URL.canParse(value), 'must be a URL');
const command = () =>
  z.strictObject({ file: text, args: z.optional(z.array(z.string())), timeout: z.optional(duration) });
const waitFor = () =>
  z.strictObject({
    tcp: z.optional(z.string().check(z.regex(/^.+:\d{1,5}$/, "must be 'host:port'"))),
    url: z.optional(url),
    file: z.optional(text),
    network: z.optional(z.literal(true)),
  });

/** The options of a hosted program alone: those of a service are checked with the service. */
const schema = () =>
  z.looseObject({
    args: z.optional(z.array(z.string('must be a text'), 'must be a list of texts')),
    cwd: z.optional(text),
    env: z.optional(z.record(z.string(), z.string('must be a text'), 'must be an object')),
    envFile: z.optional(text),
    expandEnv: z.optional(flag),
    ready: z.optional(
      z.union(
        [oneOf('auto', 'listen', 'loaded', 'message'), z.strictObject({ port }), z.strictObject({ url: url })],
        "must be 'auto', 'listen', 'loaded', 'message', { port } or { url }",
      ),
    ),
    stop: z.optional(
      z.strictObject({
        request: z.optional(z.strictObject({ url: url, method: z.optional(text) })),
      }),
    ),
    exitCodes: z.optional(
      z.record(z.string().check(z.regex(/^\d+$/, 'must be an exit code')), oneOf('stopped', 'failed')),
    ),
    children: z.optional(oneOf('kill', 'keep')),
    before: z.optional(z.array(command(), 'must be a list')),
    after: z.optional(z.array(command(), 'must be a list')),
    waitFor: z.optional(z.array(waitFor(), 'must be a list')),
    limits: z.optional(
      z.strictObject({
        memory: z.optional(
          z.custom((value) => memoryBytes(value) !== undefined, "must be bytes or a text such as '512M', '2G'"),
        ),
        cpu: z.optional(z.number().check(z.minimum(1, 'must be 1 or more'), z.maximum(100, 'must be 100 or less'))),
        processes: z.optional(wholeNumber(1)),
      }),
    ),
    priority: z.optional(oneOf('idle', 'belowNormal', 'normal', 'aboveNormal', 'high')),
    affinity: z.optional(z.array(wholeNumber(0), 'must be a list of processor numbers').check(z.minLength(1))),
  });

/** Keys of {@link HostOptions} that aren't a service's. */
export const HOST_KEYS = [
  ...['args', 'cwd', 'env', 'envFile', 'expandEnv', 'ready', 'stop', 'exitCodes', 'children', 'before', 'after'],
  ...['waitFor', 'limits', 'priority', 'affinity'],
] as const;
const SERVICE_KEYS = ['name', 'displayName', 'description', 'logging', 'timeouts', 'hang', 'crashReport', 'install'];

/** Checks options of a hosted program. @throws ServiceError INVALID_OPTIONS that names everything that is wrong. */
export function checkHostOptions(what: string, options: HostOptions): void {
  checkOptions(what, schema(), options, () => [...unknownKeys(options), ...emptyRules(options)]);
}

function unknownKeys(options: HostOptions): OptionProblem[] {
  const known = new Set<string>([...HOST_KEYS, ...SERVICE_KEYS]);
  return Object.keys(options)
    .filter((key) => !known.has(key))
    .map((key) => ({ path: key, message: 'is not an option' }));
}

function emptyRules({ waitFor }: HostOptions): OptionProblem[] {
  const rules: readonly object[] = Array.isArray(waitFor) ? (waitFor as readonly object[]) : [];
  return rules.flatMap((rule, i) =>
    Object.keys(rule).length === 1
      ? []
      : [{ path: `waitFor.${i}`, message: 'must have one of tcp, url, file, network' }],
  );
}

/** Bytes of a size, or undefined when it isn't one. */
export function memoryBytes(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && value > 0 ? value : undefined;
  const [, number, unit] = /^(\d+)([KMG])$/.exec(String(value)) ?? [];
  return number && unit ? Number(number) * BYTES[unit as keyof typeof BYTES] : undefined;
}
