import { describe, expect, it, vi } from 'vitest';
import type { SessionChange, SessionUser } from 'winsvc';
import type { Sessions } from 'winsvc/session';
import * as real from 'winsvc/session';
import { createMockScm, type MockMessage } from 'winsvc/testing';
import { makeService } from '../testing/services.ts';
import { eventually } from '../../support/eventually.ts';

const MESSAGE = { title: 'Update', text: 'Restart now?', buttons: 'yesNo' } as const;

/** The message that was sent last, as soon as it is there. */
async function lastOf({ messages }: { messages: readonly MockMessage[] }): Promise<MockMessage> {
  await eventually(() => {
    expect(messages.length).toBeGreaterThan(0);
  });
  return messages.at(-1) as MockMessage;
}

describe('winsvc/session', () => {
  it('is what the mock stands in for', () => {
    const seam: Sessions = real;
    expect(Object.keys(seam).sort()).toEqual(['listSessions', 'sendMessageToUser', 'sessionUser']);
  });

  it.skipIf(process.platform === 'win32')(
    'says off Windows that it needs Windows, after the check of the options',
    async () => {
      await expect(real.listSessions()).rejects.toMatchObject({ code: 'WINDOWS_ONLY' });
      await expect(real.sessionUser(1)).rejects.toMatchObject({ code: 'WINDOWS_ONLY' });
      await expect(real.sendMessageToUser(MESSAGE)).rejects.toMatchObject({ code: 'WINDOWS_ONLY' });
      await expect(real.sessionUser(-1)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    },
  );

  it('names everything that is wrong with a message at once', async () => {
    const wrong = {
      title: '',
      text: 'a\0b',
      session: 'everybody',
      buttons: 'maybe',
      style: 'loud',
      timeout: 0,
      wait: 'yes',
      signal: {},
      colour: 'red',
    };
    const error = (await real.sendMessageToUser(wrong as never).catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS' });
    for (const path of Object.keys(wrong)) expect(error.message).toContain(`- ${path}: `);
  });
});

describe('messages on the mock', () => {
  it('go to the user at the machine, and bring the answer back', async () => {
    const { sessions } = createMockScm();
    await sessions.logOn({ user: 'remote', clientName: 'LAPTOP' });
    const jurgen = await sessions.logOn({ user: 'jürgen', domain: 'FIRMA' });
    const answer = sessions.sendMessageToUser({ ...MESSAGE, timeout: '90.5s' });
    const message = await lastOf(sessions);
    expect(message).toMatchObject({ ...MESSAGE, session: jurgen.id, style: 'info', timeoutSeconds: 91, wait: true });
    message.answer('yes');
    expect(await answer).toBe('yes');
  });

  it('time out with the clock of the mock', async () => {
    const { sessions, clock } = createMockScm();
    await sessions.logOn({ user: 'maria' });
    const answer = sessions.sendMessageToUser({ ...MESSAGE, timeout: '2m' });
    await lastOf(sessions);
    await clock.advance('2m');
    expect(await answer).toBe('timeout');
  });

  it('are answered at once when nobody waits', async () => {
    const scm = createMockScm();
    await scm.sessions.logOn({ user: 'maria' });
    expect(await scm.sessions.sendMessageToUser({ ...MESSAGE, wait: false })).toBe('async');
    scm.assertSettled();
  });

  it('go to everybody, with an answer or an error of each', async () => {
    const scm = createMockScm();
    await scm.sessions.logOn({ user: 'maria' });
    await scm.sessions.logOn({ user: 'jürgen', clientName: 'LAPTOP' });
    scm.failNext('WTSSendMessageW', 'ERROR_PRIVILEGE_NOT_HELD');
    const answers = scm.sessions.sendMessageToUser({ ...MESSAGE, session: 'all' });
    (await lastOf(scm.sessions)).answer('no');
    expect(await answers).toEqual([
      { session: 1, answer: undefined, error: expect.objectContaining({ win32Code: 1314 }) as Error },
      { session: 2, answer: 'no', error: undefined },
    ]);
    expect(await createMockScm().sessions.sendMessageToUser({ ...MESSAGE, session: 'all' })).toEqual([]);
  });

  it('are refused when nobody is there, or not there any more', async () => {
    const { sessions } = createMockScm();
    await expect(sessions.sendMessageToUser(MESSAGE)).rejects.toMatchObject({ code: 'NO_SESSION' });
    await expect(sessions.sendMessageToUser({ ...MESSAGE, session: 'console' })).rejects.toMatchObject({
      code: 'NO_SESSION',
    });
    await expect(sessions.sendMessageToUser({ ...MESSAGE, session: 7 })).rejects.toMatchObject({ win32Code: 7022 });
    await expect(sessions.sessionUser(7)).rejects.toMatchObject({ win32Code: 7022 });
  });

  it('are given up with a signal, before and while they are shown', async () => {
    const scm = createMockScm();
    await scm.sessions.logOn({ user: 'maria' });
    const reason = new Error('enough');
    await expect(scm.sessions.sendMessageToUser({ ...MESSAGE, signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
    expect(scm.sessions.messages).toEqual([]);
    const abort = new AbortController();
    const answer = scm.sessions.sendMessageToUser({ ...MESSAGE, signal: abort.signal });
    await lastOf(scm.sessions);
    abort.abort(reason);
    await expect(answer).rejects.toBe(reason);
    scm.assertSettled();
  });

  it('are named when a test leaves them open, and have only the buttons that they have', async () => {
    const scm = createMockScm();
    await scm.sessions.logOn({ user: 'maria' });
    const answer = scm.sessions.sendMessageToUser(MESSAGE);
    const message = await lastOf(scm.sessions);
    expect(() => {
      message.answer('retry');
    }).toThrow('has no button retry; it has: yes, no');
    expect(() => {
      scm.assertSettled();
    }).toThrow('the message "Update" to session 1 waits for an answer');
    message.answer('no');
    expect(await answer).toBe('no');
    expect(() => {
      message.answer('no');
    }).toThrow('answered already');
    scm.assertSettled();
  });
});

describe('sessions on the mock', () => {
  it('are listed with the services’ own', async () => {
    const { sessions } = createMockScm();
    await sessions.logOn({ user: 'maria' });
    await sessions.logOn({ user: 'jürgen' });
    expect(
      (await sessions.listSessions()).map(({ id, name, state, isConsole }) => [id, name, state, isConsole]),
    ).toEqual([
      [0, 'Services', 'disconnected', false],
      [1, '', 'disconnected', false],
      [2, 'Console', 'active', true],
    ]);
  });

  it('tell the services who came and went, also when the user is gone already', async () => {
    const seen: [string, number, SessionUser | undefined][] = [];
    const scm = createMockScm();
    const run = await scm.start(
      makeService({
        on: {
          async sessionChange(event: SessionChange) {
            seen.push([event.reason, event.sessionId, await event.user()]);
          },
        },
      }),
    );
    const { id } = await scm.sessions.logOn({ user: 'maria', domain: 'FIRMA' });
    await scm.sessions.change(id, 'lock');
    await scm.sessions.logOff(id);
    await run.notify({ type: 'sessionChange', reason: 'logon', sessionId: 42 });
    const maria = { name: 'maria', domain: 'FIRMA' };
    await eventually(() => {
      expect(seen).toEqual([
        ['logon', 1, maria],
        ['lock', 1, maria],
        ['logoff', 1, maria],
        ['logon', 42, undefined],
      ]);
    });
    await run.stop();
    await scm.sessions.logOn({ user: 'jürgen' });
    expect(seen).toHaveLength(4);
    scm.assertSettled();
  });
});

describe('notifications on the mock', () => {
  const setting = { name: 'lid', value: 'open', guid: '{g}', data: new Uint8Array() } as const;
  const event = { type: 'powerEvent', change: 'settingChange', eventType: 32_787, setting } as const;

  it('of power settings come only to who asked for them', async () => {
    const powerEvent = vi.fn();
    const asked = await createMockScm().start(makeService({ on: { powerEvent }, notifications: { power: ['lid'] } }));
    expect(await asked.notify(event)).toBe(true);
    expect(powerEvent.mock.calls[0]?.[0]).toEqual(event);
    const other = await createMockScm().start(
      makeService({ on: { powerEvent }, notifications: { power: ['monitor'] } }),
    );
    expect(await other.notify(event)).toBe(false);
    const none = await createMockScm().start(makeService({ on: { powerEvent } }));
    expect(await none.notify(event)).toBe(false);
    expect(await none.notify({ type: 'powerEvent', change: 'suspend', eventType: 4 })).toBe(true);
  });

  it('that the system refuses are a warning, once, and the service goes on', async () => {
    const scm = createMockScm();
    scm.failNext('RegisterDeviceNotificationW', 'ERROR_ACCESS_DENIED');
    const run = await scm.start(
      makeService({
        on: { deviceEvent: () => undefined },
        notifications: { devices: ['usb', 'disk'] },
        pause: () => undefined,
        resume: () => undefined,
      }),
    );
    await run.pause();
    await run.control('continue');
    expect(run.log.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Cannot register for usb; the service goes on without: access is denied/),
    ]);
    expect(run.state).toBe('running');
    await run.control('stop');
    await run.waitFor('stopped');
    scm.assertSettled();
  });
});
