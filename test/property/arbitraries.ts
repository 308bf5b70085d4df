import * as fc from 'fast-check';
import { SERVICE_TYPES } from '../../src/scm/service-config.ts';
import { TRIGGER_EVENTS, type Trigger, type TriggerData } from '../../src/scm/trigger.ts';
import type { HostSettings } from '../../src/scm/host-settings.ts';
import type { ServiceSpec } from '../../src/scm/service-spec.ts';

/** Text of whole UTF-16 characters without NUL, as every text of the SCM. */
export const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((it) => !it.includes('\0'));
export const filled = text.filter((it) => it !== '');
/** Made of what command lines are split by. */
export const tricky = fc.string({
  unit: fc.constantFrom('a', 'ü', '試', ' ', '\t', '"', '"', '\\', '\\', "'", '\n'),
  maxLength: 12,
});

export const guid = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => {
  const hex = Buffer.from(bytes).toString('hex');
  return `{${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}}`;
});

const data: fc.Arbitrary<TriggerData> = fc.oneof(
  fc.record({
    type: fc.constant('binary' as const),
    value: fc.uint8Array({ maxLength: 20 }).map((it) => Uint8Array.from(it)),
  }),
  fc.record({ type: fc.constant('text' as const), value: fc.array(filled, { maxLength: 3 }) }),
  fc.record({ type: fc.constant('level' as const), value: fc.integer({ min: 0, max: 255 }) }),
  fc.record({
    type: fc.constantFrom('keywordAny' as const, 'keywordAll' as const),
    value: fc.bigInt(0n, 2n ** 64n - 1n),
  }),
);

const NEEDS_GUID = new Set(['deviceArrival', 'etw', 'systemState', 'aggregate']);
export const trigger: fc.Arbitrary<Trigger> = fc
  .tuple(
    fc.constantFrom(...TRIGGER_EVENTS),
    fc.constantFrom('start' as const, 'stop' as const),
    guid,
    fc.array(data, { minLength: 1, maxLength: 3 }),
    fc.boolean(),
  )
  .map(([event, action, own, items, hasData]) => ({
    event,
    action,
    ...(NEEDS_GUID.has(event) ? { guid: own } : {}),
    ...(hasData ? { data: items } : {}),
  }));

const label = fc
  .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 })
  .map((it) => it.replace(/[/\\]/g, '_').trim())
  .filter((it) => it !== '');
/** Milliseconds, whole or not, up to all that a DWORD holds; and durations in words. */
const dword = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.double({ min: 0, max: 2 ** 32 - 2, noNaN: true }),
  fc
    .tuple(fc.nat(40), fc.constantFrom('ms' as const, 's' as const, 'm' as const, 'h' as const, 'd' as const))
    .map(([count, unit]) => `${count}${unit}` as const),
);
const orNull = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null });

export const recovery = fc.record({
  actions: fc.array(
    fc.record({ type: fc.constantFrom('none' as const, 'restart' as const, 'reboot' as const), delay: dword }),
    { maxLength: 4 },
  ),
  resetPeriod: orNull(fc.oneof(dword, fc.integer({ min: 0, max: (2 ** 32 - 2) * 1_000 }))),
  command: orNull(filled),
  rebootMessage: orNull(filled),
});

const plainName = fc.stringMatching(/^[A-Za-z_]\w{0,8}$/);
const shortDuration = fc.oneof(
  fc.integer({ min: 1_000, max: 2 ** 31 - 1 }),
  fc.constantFrom('30s' as const, '5 m' as const),
);
/** Settings of a hosted program. */
const host: fc.Arbitrary<HostSettings> = fc.record(
  {
    cwd: filled,
    env: fc.dictionary(plainName, text, { maxKeys: 3, noNullPrototype: true }),
    envFile: filled,
    expandEnv: fc.boolean(),
    ready: fc.oneof(
      fc.constantFrom('auto' as const, 'listen' as const, 'message' as const, 'loaded' as const),
      fc.record({ port: fc.integer({ min: 1, max: 65_535 }) }),
    ),
    exitCodes: fc.dictionary(fc.constantFrom('0', '3', '99'), fc.constantFrom('stopped' as const, 'failed' as const), {
      noNullPrototype: true,
    }),
    children: fc.constantFrom('kill' as const, 'keep' as const),
    waitFor: fc.array(fc.record({ service: label }), { maxLength: 2 }),
    limits: fc.record({
      memory: fc.integer({ min: 2 ** 24, max: 2 ** 40 }),
      processes: fc.integer({ min: 1, max: 99 }),
    }),
    priority: fc.constantFrom('idle' as const, 'normal' as const, 'high' as const),
    timeouts: fc.record({ start: shortDuration, stop: shortDuration }, { requiredKeys: [] }),
    crashReport: fc.boolean(),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** Specs that the schema takes, of services that can be installed. */
export const spec: fc.Arbitrary<ServiceSpec & { readonly imagePath: string }> = fc
  .record(
    {
      name: label,
      imagePath: filled,
      displayName: label,
      host: orNull(host),
      description: orNull(fc.oneof(text, fc.constant(''))),
      type: fc.constantFrom(...SERVICE_TYPES.filter((type) => type.endsWith('Process'))),
      startType: fc.constantFrom('auto' as const, 'delayed' as const, 'demand' as const, 'disabled' as const),
      errorControl: fc.constantFrom('ignore' as const, 'normal' as const, 'severe' as const, 'critical' as const),
      loadOrderGroup: orNull(filled),
      dependencies: orNull(
        fc.array(
          fc.tuple(fc.constantFrom('', '+'), label).map(([group, it]) => `${group}other ${it}`),
          { maxLength: 3 },
        ),
      ),
      account: fc.constantFrom('virtual', 'localSystem', 'localService', 'networkService', 'DOMAIN\\group$'),
      recovery: orNull(recovery),
      recoverOnFailureExit: fc.boolean(),
      sidType: fc.constantFrom('none' as const, 'unrestricted' as const, 'restricted' as const),
      requiredPrivileges: orNull(
        fc.uniqueArray(fc.constantFrom('SeShutdownPrivilege', 'SeChangeNotifyPrivilege', 'SeDebugPrivilege')),
      ),
      preshutdownTimeout: dword,
      triggers: orNull(fc.array(trigger, { maxLength: 3 })),
      preferredNode: orNull(fc.integer({ min: 0, max: 0xffff })),
      launchProtected: fc.constantFrom('none' as const, 'windows' as const),
      securityDescriptor: fc.constantFrom(
        'D:(A;;GA;;;BA)',
        'D:(A;;0xf01ff;;;SY)(D;;GX;;;S-1-1-0)',
        'O:BAG:BAD:P(A;;CCLCSW;;;IU)',
      ),
      environment: orNull(
        fc
          .dictionary(
            label.filter((it) => !/[=\0]/.test(it) && it !== '__proto__'),
            text,
          )
          .filter((it) => new Set(Object.keys(it).map((key) => key.toUpperCase())).size === Object.keys(it).length),
      ),
    },
    { requiredKeys: ['name', 'imagePath'], noNullPrototype: true },
  )
  .map(withoutConflicts);

/** Windows refuses a delayed start of a member of a load order group, also where one of the two was set before. */
function withoutConflicts<T extends Omit<ServiceSpec, 'name'>>(of: T): T {
  const group = of.startType === 'delayed' ? { loadOrderGroup: null } : {};
  const start = of.loadOrderGroup && of.startType !== 'delayed' ? { startType: of.startType ?? 'auto' } : {};
  return { ...of, ...group, ...start, allowLaunchProtected: true };
}
