import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { projectDir } from '../../rig/lib/layout.mjs';
import type { UserMessage } from '../../src/scm/sessions.ts';
import { POWER_SETTINGS } from '../../src/scm/notifications.ts';
import { formatGuid } from '../../src/win32/guid.ts';
import { deviceFilter } from '../../src/win32/host/notifications.ts';
import { powerSettingGuid } from '../../src/win32/host/power-settings.ts';
import { DEV_BROADCAST_DEVICEINTERFACE_W } from '../../src/win32/structs.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { startProgram, type WindowsProgram } from '../support/windows-program.ts';
import { buildOracle, missing } from './compile.ts';

const reason = process.platform === 'win32' ? 'Windows has the calls itself' : missing('x64');
if (reason) process.stdout.write(`the oracle of sessions: skipped: ${reason}\n`);

const MESSAGE: UserMessage = {
  title: 'Aufträge 試',
  text: 'Neu starten?\nJetzt 🚀',
  buttons: 'yesNo',
  style: 'question',
  timeoutSeconds: 0,
  wait: true,
};
const STATUS_HANDLE = 4711;

describe.skipIf(reason !== undefined)('sessions and notifications, against C', () => {
  let stage: Stage;
  let rig: Awaited<ReturnType<typeof openRig>>;
  let program: WindowsProgram;

  beforeAll(async () => {
    stage = await makeStage({ session: 'test/oracle/session-main.ts' });
    // The thread of a message lies beside what starts it.
    copyFileSync(join(projectDir, 'dist', 'message-thread.cjs'), join(stage.dir, 'message-thread.cjs'));
    rig = await openRig({ node: 22 });
    const dll = join(stage.dir, 'session.dll');
    buildOracle(dll, 'session.c');
    program = await startProgram(rig, join(stage.dir, 'session.mjs'), [rig.winPath(dll)]);
  });
  afterAll(async () => {
    await program.close();
    await rig.close();
    await stage.remove();
  });

  async function ask<T>(call: string, value: unknown = null): Promise<T> {
    const answer = await program.request<{ value: T; error?: string }>({ call, value });
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  }

  describe('WTSSendMessageW is told', () => {
    const told = {
      call: 'WTSSendMessageW',
      server: null,
      session: 1,
      style: 0x24,
      timeout: 0,
      wait: 1,
      title: MESSAGE.title,
      titleEnd: 0,
      text: MESSAGE.text,
      textEnd: 0,
    };

    it('the texts with their lengths in bytes, on a thread of its own when an answer is wanted', async () => {
      expect(await ask('send', { sessionId: 1, message: MESSAGE })).toEqual({ answer: 'no', told: [told] });
    });

    it('not to wait when none is', async () => {
      expect(await ask('send', { sessionId: 1, message: { ...MESSAGE, wait: false } })).toEqual({
        answer: 'async',
        told: [{ ...told, wait: 0 }],
      });
    });

    it.each([
      ['ok', 'plain', 0x00],
      ['okCancel', 'error', 0x11],
      ['abortRetryIgnore', 'question', 0x22],
      ['yesNoCancel', 'warning', 0x33],
      ['yesNo', 'info', 0x44],
      ['retryCancel', 'plain', 0x05],
      ['cancelTryContinue', 'plain', 0x06],
    ] as const)('the buttons %s with the icon %s as %i', async (buttons, style, number) => {
      const message = { ...MESSAGE, buttons, style, wait: false };
      expect(await ask('send', { sessionId: 1, message })).toMatchObject({ told: [{ style: number }] });
    });

    it('the timeout, which is an answer too', async () => {
      const answer = await ask('send', { sessionId: 1, message: { ...MESSAGE, timeoutSeconds: 1 } });
      expect(answer).toMatchObject({ answer: 'timeout', told: [{ timeout: 1 }] });
    });
  });

  it.each([true, false])('a refusal says what to do about it, with wait: %s', async (wait) => {
    const message = { ...MESSAGE, wait };
    expect(await ask('send', { sessionId: 5, message })).toMatchObject({
      answer: expect.stringMatching(/session 5: .*1314 ERROR_PRIVILEGE_NOT_HELD\)\. Run it as LocalSystem/) as string,
    });
    expect(await ask('send', { sessionId: 6, message })).toMatchObject({
      answer: expect.stringMatching(/session 6: .*7022 ERROR_CTX_WINSTATION_NOT_FOUND\)\. Its user may/) as string,
    });
  });

  it('five messages that wait for their users take no thread of the pool, and not the event loop', async () => {
    expect(await ask('waiting', { sessionId: 1, message: { ...MESSAGE, timeoutSeconds: 7 } })).toEqual({
      read: true,
      early: 0,
      answers: ['no', 'no', 'no', 'no', 'no'],
    });
  });

  it('lists sessions with their users, leaves out one that ends meanwhile, and frees everything', async () => {
    expect(await ask('list')).toEqual({
      list: [
        { id: 0, name: 'Services', state: 'disconnected', isConsole: false },
        expect.objectContaining({
          id: 1,
          name: 'Console',
          state: 'active',
          user: { name: 'Jürgen 試', domain: 'FIRMA' },
        }),
        {
          id: 3,
          name: 'RDP-Tcp#3',
          state: 'disconnected',
          user: { name: 'maria', domain: 'FIRMA' },
          clientName: 'LAPTOP-3',
          isConsole: false,
        },
        { id: 65_536, name: 'RDP-Tcp', state: 'listen', isConsole: false },
      ],
      active: [1, 3],
      blocks: 0,
    });
  });

  it('tells the user of a session, nobody, and that there is no such session', async () => {
    expect(await ask('user', 3)).toEqual({ user: { name: 'maria', domain: 'FIRMA' }, blocks: 0 });
    expect(await ask('user', 2)).toEqual({ user: null, blocks: 0 });
    expect(await ask('user', 77)).toEqual({
      user: expect.stringContaining('There may be no such session; listSessions() shows') as string,
      blocks: 0,
    });
  });

  it('knows for an event who had a session, and takes a refusal for nobody', async () => {
    expect(await ask('users')).toEqual({
      known: [{ name: 'Jürgen 試', domain: 'FIRMA' }, null],
      missing: null,
      blocks: 0,
    });
  });

  it('asks for power settings and devices by the status handle, goes on after a refusal, and takes back what it got', async () => {
    const guid = '{01234567-89ab-cdef-0102-030405060708}';
    const common = { recipient: STATUS_HANDLE, type: 5, reserved: 0, name: 0, size: 32, whole: 1 };
    const rule = { power: ['monitor', 'awayMode', guid], devices: ['usb', 'all', guid] };
    expect(await ask('notifications', rule)).toEqual({
      calls: [
        ...['{6fe69556-704a-47a0-8f24-c28d936fda47}', '{98a7f580-01f7-48aa-9c0f-44352c29e5c0}', guid].map(
          (setting) => ({
            call: 'RegisterPowerSettingNotification',
            recipient: STATUS_HANDLE,
            flags: 1,
            setting,
          }),
        ),
        ...[
          ['{a5dcbf10-6530-11d2-901f-00c04fb951ed}', 1],
          ['{00000000-0000-0000-0000-000000000000}', 5],
          [guid, 1],
        ].map(([of, flags]) => ({ call: 'RegisterDeviceNotificationW', ...common, class: of, flags })),
      ],
      undone: expect.arrayContaining([
        { call: 'UnregisterPowerSettingNotification', handle: 101 },
        { call: 'UnregisterDeviceNotification', handle: 202 },
      ]) as unknown[],
      failures: [
        expect.stringMatching(/^Cannot register for the power setting awayMode; .*5 ERROR_ACCESS_DENIED/) as string,
      ],
    });
  });

  it('names the GUIDs as the headers do', async () => {
    const [{ call: _, ...headers } = {}] = await ask<Record<string, string>[]>('guids');
    const ours = Object.keys(headers).map((name) => [
      name,
      (POWER_SETTINGS as readonly string[]).includes(name)
        ? powerSettingGuid(name)
        : formatGuid(DEV_BROADCAST_DEVICEINTERFACE_W.read(deviceFilter(name)).dbcc_classguid),
    ]);
    expect(Object.fromEntries(ours)).toEqual(headers);
    expect(ours).toHaveLength(14);
  });

  // The last: the box stays, and the process has to end all the same.
  it('a wait can be given up, and the process ends although the box is still there', async () => {
    expect(await ask('abort', { sessionId: 1, message: { ...MESSAGE, timeoutSeconds: 7 } })).toBe('enough');
  });
});
