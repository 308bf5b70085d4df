import * as z from 'zod/mini';
import type { OptionProblem } from '../errors/check-options.ts';
import { toBytes } from '../util/byte-size.ts';
import { duration, flag, noNulText, oneOf, port, scmLabel, wholeNumber } from '../util/option-types.ts';
import { RUN_FIELDS } from './run-options-schema.ts';

/** Highest number of a processor in the mask of a job. */
const MAX_PROCESSOR = 63;
const WAIT_FOR = ['tcp', 'url', 'file', 'service', 'network'] as const;

const filled = () => noNulText.check(z.minLength(1, 'must not be empty'));
const url = () =>
  z.custom(
    (value) => typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
    "must be a URL with http or https, such as 'http://127.0.0.1:3000/health'",
  );
const hostPort = () =>
  z
    .string("must be 'host:port'")
    .check(z.refine((value) => isHostPort(value), "must be 'host:port' with a port of 1 to 65535"));
const command = () =>
  z.strictObject({
    file: filled(),
    args: z.optional(z.array(noNulText, 'must be a list of texts')),
    timeout: z.optional(duration),
  });
const waitFor = () =>
  z.strictObject({
    tcp: z.optional(hostPort()),
    url: z.optional(url()),
    file: z.optional(filled()),
    service: z.optional(scmLabel('the service')),
    network: z.optional(z.literal(true, 'must be true')),
  });

/** Schemas of the settings of a hosted program, each built when it is needed. */
export const HOST_FIELDS: Readonly<Record<string, () => z.ZodMiniType>> = {
  cwd: filled,
  env: () =>
    z.record(
      z.string().check(z.regex(/^[^=\0]+$/, 'must be a name without =')),
      noNulText,
      'must be an object of texts',
    ),
  envFile: filled,
  expandEnv: () => flag,
  ready: () =>
    z.union(
      [
        oneOf('auto', 'listen', 'loaded', 'message'),
        z.strictObject({ port: port.check(z.minimum(1)) }),
        z.strictObject({ url: url() }),
      ],
      "must be 'auto', 'listen', 'loaded', 'message', { port } or { url }",
    ),
  stop: () => z.strictObject({ request: z.optional(z.strictObject({ url: url(), method: z.optional(method()) })) }),
  exitCodes: () =>
    z.record(z.string().check(z.regex(/^\d{1,10}$/, 'must be an exit code')), oneOf('stopped', 'failed')),
  children: () => oneOf('kill', 'keep'),
  before: () => z.array(command(), 'must be a list'),
  after: () => z.array(command(), 'must be a list'),
  waitFor: () => z.array(waitFor(), 'must be a list'),
  limits: () =>
    z.strictObject({
      memory: z.optional(
        z.custom((value) => toBytes(value) !== undefined, "must be bytes or a text such as '512M', '2G'"),
      ),
      cpu: z.optional(
        z
          .number('must be a number of percent')
          .check(z.minimum(1, 'must be 1 or more'), z.maximum(100, 'must be 100 or less')),
      ),
      processes: z.optional(wholeNumber(1)),
    }),
  priority: () => oneOf('idle', 'belowNormal', 'normal', 'aboveNormal', 'high'),
  affinity: () =>
    z
      .array(wholeNumber(0, MAX_PROCESSOR), 'must be a list of processor numbers')
      .check(z.minLength(1, 'must have at least one processor')),
  ...RUN_FIELDS,
};

const method = () => z.string().check(z.regex(/^[A-Za-z]+$/, "must be a method such as 'POST'"));

/** Schema of the settings that an object has. A whole schema costs memory and time of each start. */
export function hostSettingsSchema(settings: object): z.ZodMiniType {
  const given = Object.keys(settings).filter((key) => Object.hasOwn(HOST_FIELDS, key));
  const parts = given.map((key) => [key, z.optional(HOST_FIELDS[key]?.() ?? z.unknown())]);
  return z.strictObject(Object.fromEntries(parts) as Record<string, z.ZodMiniType>);
}

/** Problems of a hosted program's settings that no single value shows. The values may have any type. */
export function findHostProblems({ waitFor: rules }: { readonly waitFor?: unknown }): OptionProblem[] {
  return (Array.isArray(rules) ? (rules as readonly unknown[]) : []).flatMap((rule, i) =>
    typeof rule === 'object' && rule !== null && Object.keys(rule).length !== 1
      ? [{ path: `waitFor.${i}`, message: `must have one of ${WAIT_FOR.join(', ')}` }]
      : [],
  );
}

function isHostPort(value: string): boolean {
  const [, number] = /^(?:\[[^\]]+\]|[^:\s]+):(\d{1,5})$/.exec(value) ?? [];
  return number !== undefined && Number(number) >= 1 && Number(number) <= 65_535;
}
