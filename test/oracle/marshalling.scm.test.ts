import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import type { ConfigChange, ConfigReading } from '../../src/scm/service-config.ts';
import type { Trigger } from '../../src/scm/trigger.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { FFI_LIBRARIES } from '../support/ffi-libraries.ts';
import { startProgram, type WindowsProgram } from '../support/windows-program.ts';
import { buildOracle, missing } from './compile.ts';
import { EVENT_GUIDS, TRIGGER_TYPES } from './trigger-guids.ts';
import { parse, stringify } from './wire.ts';

// On Windows the real calls are there, and the contract suite asks them.
const reason = process.platform === 'win32' ? 'Windows has the calls itself' : missing('x64');
if (reason) process.stdout.write(`the marshalling oracle: skipped: ${reason}\n`);

/** ChangeServiceConfigW with SERVICE_NO_CHANGE and NULL everywhere. */
const KEPT = {
  call: 'ChangeServiceConfigW',
  type: 0xffff_ffff,
  start: 0xffff_ffff,
  error: 0xffff_ffff,
  tag: null,
  path: null,
  group: null,
  dependencies: null,
  account: null,
  password: null,
  display: null,
};

describe.skipIf(reason !== undefined).each(FFI_LIBRARIES)('what Wine lacks, against C, with %s', (ffi) => {
  let stage: Stage;
  let rig: Awaited<ReturnType<typeof openRig>>;
  let program: WindowsProgram;

  beforeAll(async () => {
    stage = await makeStage({ oracle: 'test/oracle/oracle-main.ts' });
    rig = await openRig({ node: 22 });
    const dll = join(stage.dir, 'oracle.dll');
    buildOracle(dll);
    program = await startProgram(rig, join(stage.dir, 'oracle.mjs'), [rig.winPath(dll)], { WINSVC_FFI: ffi });
  });
  afterAll(async () => {
    await program.close();
    await rig.close();
    await stage.remove();
  });

  async function ask<T>(call: string, value: unknown): Promise<T> {
    const plain = JSON.parse(stringify({ call, value })) as object;
    const answer = parse(JSON.stringify(await program.request(plain))) as { value: T; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  }
  const told = (change: ConfigChange): Promise<Record<string, unknown>[]> => ask('change', change);

  describe('ChangeServiceConfigW is told', () => {
    it.each<[string, ConfigChange, Record<string, unknown>]>([
      ['dependencies', { dependencies: ['One', 'Zwei ü', '+Group'] }, { dependencies: ['One', 'Zwei ü', '+Group'] }],
      ['no dependencies, as an empty list: NULL would keep them', { dependencies: [] }, { dependencies: [] }],
      ['no group, as an empty text', { loadOrderGroup: null }, { group: '' }],
      ['a group and a tag', { loadOrderGroup: 'Group', tag: 1 }, { group: 'Group', tag: true }],
      ['a path', { imagePath: '"C:\\a b.exe" "ü"' }, { path: '"C:\\a b.exe" "ü"' }],
      ['an account and its password', { account: '.\\u', password: 'pä' }, { account: '.\\u', password: 'pä' }],
      ['a type that shows windows', { type: 'shareProcess', interactive: true }, { type: 0x120 }],
      ['the error control', { errorControl: 'critical' }, { error: 3 }],
      ['a display name', { displayName: 'Näme' }, { display: 'Näme' }],
    ])('%s, and to keep the rest', async (_, change, expected) => {
      expect(await told(change)).toEqual([{ ...KEPT, ...expected }]);
    });
  });

  describe('ChangeServiceConfig2W is told', () => {
    const cases: readonly [string, ConfigChange, Record<string, unknown>][] = [
      ['a description', { description: 'Ein “Text” 試験 🚀' }, { level: 1, lpDescription: 'Ein “Text” 試験 🚀' }],
      ['no description, as an empty text: NULL would keep it', { description: null }, { level: 1, lpDescription: '' }],
      [
        'recovery of every kind',
        {
          recovery: {
            actions: [
              { type: 'none', delay: 0 },
              { type: 'restart', delay: 1_000 },
              { type: 'reboot', delay: 60_000 },
              { type: 'runCommand', delay: 4_294_967_295 },
            ],
            resetPeriod: 86_400_000,
            command: 'cmd /c "exit"',
            rebootMessage: 'Neustart 試',
          },
        },
        {
          level: 2,
          dwResetPeriod: 86_400,
          lpRebootMsg: 'Neustart 試',
          lpCommand: 'cmd /c "exit"',
          cActions: 4,
          lpsaActions: [
            [0, 0],
            [1, 1_000],
            [2, 60_000],
            [3, 4_294_967_295],
          ],
        },
      ],
      [
        'no recovery, as a table that is there and empty',
        { recovery: { actions: [], resetPeriod: null, command: null, rebootMessage: null } },
        { level: 2, dwResetPeriod: 0xffff_ffff, lpRebootMsg: '', lpCommand: '', cActions: 0, lpsaActions: [] },
      ],
      ['the flag of recovery', { recoverOnFailureExit: true }, { level: 4, fFailureActionsOnNonCrashFailures: 1 }],
      ['no flag', { recoverOnFailureExit: false }, { level: 4, fFailureActionsOnNonCrashFailures: 0 }],
      ['no SID', { sidType: 'none' }, { level: 5, dwServiceSidType: 0 }],
      ['a SID', { sidType: 'unrestricted' }, { level: 5, dwServiceSidType: 1 }],
      ['a restricted SID', { sidType: 'restricted' }, { level: 5, dwServiceSidType: 3 }],
      [
        'privileges',
        { requiredPrivileges: ['SeChangeNotifyPrivilege', 'SeShutdownPrivilege'] },
        { level: 6, pmszRequiredPrivileges: ['SeChangeNotifyPrivilege', 'SeShutdownPrivilege'] },
      ],
      ['no privileges, as an empty list', { requiredPrivileges: [] }, { level: 6, pmszRequiredPrivileges: [] }],
      ['the preshutdown timeout', { preshutdownTimeout: 45_000 }, { level: 7, dwPreshutdownTimeout: 45_000 }],
      ['no triggers', { triggers: [] }, { level: 8, cTriggers: 0, pReserved: null, pTriggers: null }],
      ['a node', { preferredNode: 3 }, { level: 9, usPreferredNode: 3, fDelete: 0 }],
      ['no node', { preferredNode: null }, { level: 9, usPreferredNode: 0, fDelete: 1 }],
      ...(['none', 'windows', 'windowsLight', 'antimalwareLight'] as const).map(
        (launchProtected, i): [string, ConfigChange, Record<string, unknown>] => [
          `the protection ${launchProtected}`,
          { launchProtected },
          { level: 12, dwLaunchProtected: i },
        ],
      ),
    ];
    it.each(cases)('%s', async (_, change, expected) => {
      expect(await told(change)).toEqual([{ call: 'ChangeServiceConfig2W', ...expected }]);
    });

    it('the delayed start, whatever the start type becomes', async () => {
      const call = 'ChangeServiceConfig2W';
      const base = { ...KEPT, start: 2 };
      expect(await told({ startType: 'delayed' })).toEqual([base, { call, level: 3, fDelayedAutostart: 1 }]);
      expect(await told({ startType: 'auto' })).toEqual([base, { call, level: 3, fDelayedAutostart: 0 }]);
    });

    it.each(Object.keys(TRIGGER_TYPES) as Trigger['event'][])('the trigger %s', async (event) => {
      const guid = '{01234567-89ab-cdef-0102-030405060708}';
      const own = EVENT_GUIDS[event];
      const [call] = await told({
        triggers: [
          { event, action: 'start', ...(own ? {} : { guid }) },
          { event, action: 'stop', ...(own ? {} : { guid }), data: [{ type: 'level', value: 4 }] },
        ],
      });
      const common = { dwTriggerType: TRIGGER_TYPES[event], pTriggerSubtype: own ?? guid };
      expect(call).toMatchObject({
        level: 8,
        cTriggers: 2,
        pReserved: null,
        pTriggers: [
          { ...common, dwAction: 1, pDataItems: null },
          { ...common, dwAction: 2, pDataItems: [{ dwDataType: 3, pData: '04' }] },
        ],
      });
    });

    it('trigger data of every type', async () => {
      const hex = (text: string): string => Buffer.from(text, 'utf16le').toString('hex');
      const [call] = await told({
        triggers: [
          {
            event: 'etw',
            action: 'start',
            guid: '{01234567-89ab-cdef-0102-030405060708}',
            data: [
              { type: 'binary', value: Uint8Array.of(0, 1, 254) },
              { type: 'text', value: ['eins', 'zwei 試'] },
              { type: 'level', value: 255 },
              { type: 'keywordAny', value: 0x8000_0000_0000_0001n },
              { type: 'keywordAll', value: 42n },
            ],
          },
        ],
      });
      expect(call?.['pTriggers']).toMatchObject([
        {
          pDataItems: [
            { dwDataType: 1, pData: '0001fe' },
            { dwDataType: 2, pData: hex('eins\0zwei 試\0\0') },
            { dwDataType: 3, pData: 'ff' },
            { dwDataType: 4, pData: '0100000000000080' },
            { dwDataType: 5, pData: '2a00000000000000' },
          ],
        },
      ]);
    });
  });

  describe('QueryServiceConfig2W is understood', () => {
    it('where every field has a value', async () => {
      const { config, unsupported } = await ask<ConfigReading>('read', 0);
      expect(unsupported).toEqual([]);
      expect(config).toMatchObject({
        startType: 'delayed',
        description: 'Beschreibung 試',
        recovery: {
          actions: [
            { type: 'none', delay: 0 },
            { type: 'restart', delay: 1_000 },
            { type: 'reboot', delay: 2_000 },
            { type: 'runCommand', delay: 3_000 },
          ],
          resetPeriod: null,
          command: 'cmd /c "exit"',
          rebootMessage: 'Neustart 試験',
        },
        recoverOnFailureExit: true,
        sidType: 'restricted',
        requiredPrivileges: ['SeChangeNotifyPrivilege', 'SeShutdownPrivilege'],
        preshutdownTimeout: 0xffff_fffe,
        triggers: [
          { event: 'firstIpAddress', action: 'stop' },
          {
            event: 'etw',
            action: 'start',
            guid: '{01234567-89ab-cdef-0102-030405060708}',
            data: [
              { type: 'binary', value: Uint8Array.of(0, 1, 254) },
              { type: 'text', value: ['one', 'two'] },
              { type: 'level', value: 7 },
              { type: 'keywordAny', value: 0x8000_0000_0000_0001n },
              { type: 'keywordAll', value: 42n },
            ],
          },
        ],
        preferredNode: 0x1234,
        launchProtected: 'antimalwareLight',
      });
    });

    it('where every field is empty and pointers are NULL', async () => {
      const { config } = await ask<ConfigReading>('read', 1);
      expect(config).toMatchObject({
        startType: 'auto',
        description: null,
        recovery: { actions: [], resetPeriod: 0, command: null, rebootMessage: null },
        recoverOnFailureExit: false,
        sidType: 'none',
        requiredPrivileges: [],
        preshutdownTimeout: 0,
        triggers: [],
        preferredNode: 0,
        launchProtected: 'none',
      });
    });
  });

  it.each(['weil es sein muss 試', undefined])(
    'ControlServiceExW is told the reason, with the comment %s',
    async (comment) => {
      const { report, told: calls } = await ask<{ report: unknown; told: unknown }>('controlEx', comment);
      expect(calls).toEqual([
        { call: 'ControlServiceExW', control: 1, level: 1, dwReason: 0x4001_0001, pszComment: comment ?? null },
      ]);
      expect(report).toMatchObject({ state: 'stopPending', exit: { service: 77 }, checkpoint: 5, waitHintMs: 1_234 });
    },
  );

  describe("the right to 'log on as a service'", () => {
    /** Everyone: a SID that every system has. */
    const sid = '010100000000000100000000';
    const account = 'Everyone';
    const policy = 0x1234;
    const opened = (access: number) => ({ call: 'LsaOpenPolicy', access, attributes: 0, system: null });
    const closed = { call: 'LsaClose', policy };

    it('is granted with a counted string, on a policy that is closed again', async () => {
      const text = 'SeServiceLogonRight';
      expect(await ask('grantLogon', account)).toEqual([
        opened(0x810),
        {
          call: 'LsaAddAccountRights',
          policy,
          count: 1,
          sid,
          right: { Length: text.length * 2, MaximumLength: text.length * 2 + 2, Buffer: text },
        },
        closed,
      ]);
    });

    it.each([
      ['not had by an account that has others', 0, false],
      ['had, by its counted length', 3, true],
    ])('is read: %s', async (_what, variant, has) => {
      expect(await ask('hasLogon', { account, variant })).toEqual({
        has,
        told: [
          opened(0x800),
          { call: 'LsaEnumerateAccountRights', policy, sid },
          { call: 'LsaFreeMemory', memory: true },
          closed,
        ],
      });
    });

    it('is not had by an account that the policy does not know', async () => {
      expect(await ask('hasLogon', { account, variant: 1 })).toMatchObject({ has: false });
    });

    it('cannot be read without rights, and the policy is closed all the same', async () => {
      const { error, told: calls } = await ask<{ error: string; told: object[] }>('hasLogon', { account, variant: 2 });
      expect(error).toMatch(/LsaEnumerateAccountRights.*5/s);
      expect(calls.at(-1)).toEqual(closed);
    });
  });
});
