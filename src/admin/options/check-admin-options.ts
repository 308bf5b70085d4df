import * as z from 'zod/mini';
import { checkOptions, type OptionProblem } from '../../errors/check-options.ts';
import { duration, flag, fn, interval, objectWith, text, wholeNumber } from '../../util/option-types.ts';
import { ADMIN_ROLES } from '../security/roles.ts';
import { recordSchema } from '../security/token-store.ts';
import type { AdminOptions } from './admin-options.ts';

const role = z.enum(ADMIN_ROLES, `must be one of ${ADMIN_ROLES.join(', ')}`);
const names = z.array(text, 'must be a list of names');
const limit = z.optional(wholeNumber(1));

const schema = z.strictObject({
  manager: objectWith('service', 'list', 'ensure'),
  services: z.optional(z.array(z.union([text, z.instanceof(RegExp)], 'must be a name or a regular expression'))),
  allowInstall: z.optional(flag),
  tokens: z.optional(
    z.union([text, z.array(recordSchema), objectWith('find')], 'must be a path, a list of token records, or a source'),
  ),
  jwt: z.optional(
    z.strictObject({
      issuer: text,
      audience: z.union([text, names]),
      keys: z.optional(z.union([text, z.instanceof(URL), z.custom(isKeySet)], 'must be the URL of a JWKS, or a JWKS')),
      roles: z.record(text, role),
      roleClaim: z.optional(text),
      servicesClaim: z.optional(text),
      logs: z.optional(flag),
      algorithms: z.optional(names),
      clockTolerance: z.optional(duration),
    }),
  ),
  certificates: z.optional(
    z.array(
      z.strictObject({
        fingerprint256: z
          .string('must be a text')
          .check(z.regex(/^(?:[\da-f]{2}:?){32}$/i, 'must be a SHA-256 fingerprint: 32 bytes in hexadecimal')),
        name: text,
        role,
        services: z.optional(names),
        logs: z.optional(flag),
      }),
    ),
  ),
  hosts: z.optional(names),
  session: z.optional(z.union([z.literal(false), interval], "must be false, or a time such as '8h'")),
  limits: z.optional(
    z.union(
      [
        z.literal(false),
        z.strictObject({
          perToken: limit,
          perAddress: limit,
          failedLogins: limit,
          streamsPerToken: limit,
          streams: limit,
          operations: limit,
        }),
      ],
      'must be false, or an object of whole numbers of at least 1',
    ),
  ),
  audit: z.optional(
    z.union(
      [z.literal(false), z.strictObject({ dir: text, keepDays: z.optional(wholeNumber(1)) })],
      "must be false, or { dir: '…', keepDays? }",
    ),
  ),
  watchdog: z.optional(objectWith('report', 'pause', 'on', 'off')),
  reload: z.optional(fn),
  doctor: z.optional(fn),
  metrics: z.optional(z.union([z.literal(true), objectWith('metrics')], 'must be true, or what healthMetrics gives')),
  scrapeTargets: z.optional(
    z.union(
      [fn, z.array(z.strictObject({ targets: names, labels: z.optional(z.record(text, z.string())) }))],
      "must be a list of { targets: ['host:port'], labels? }, or a function that returns one",
    ),
  ),
  commands: z.optional(z.record(text, z.record(text, wholeNumber(128, 255)))),
  log: z.optional(objectWith('info', 'warn', 'error')),
  page: z.optional(flag),
});

/** Checks the options of `createAdmin`. @throws ServiceError INVALID_OPTIONS that names everything that is wrong */
export function checkAdminOptions(options: AdminOptions): void {
  checkOptions('createAdmin', schema, options, () => crossProblems(options));
}

function crossProblems({ tokens, jwt, certificates }: AdminOptions): OptionProblem[] {
  if (tokens !== undefined || jwt !== undefined || certificates !== undefined) return [];
  return [
    {
      path: 'tokens',
      message:
        "is missing, and so are jwt and certificates: no caller could be let in. Make a token with 'winsvc admin token create', and give the path of its file",
    },
  ];
}

function isKeySet(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Array.isArray((value as { keys?: unknown }).keys);
}
