/**
 * `node session.mjs <port> <session.dll>`: sessions and notifications, with the oracle's DLL for wtsapi32 and user32. It
 * does what the test says, and answers with what the C side saw.
 */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { readFile } from 'node:fs/promises';
import type { MessageAnswer, UserMessage } from '../../src/scm/sessions.ts';
import { chooseSessions } from '../../src/session/choose-sessions.ts';
import type { ResolvedNotificationOptions } from '../../src/scm/notifications.ts';
import { openFfi } from '../../src/win32/ffi/open-ffi.ts';
import { requestNotifications } from '../../src/win32/host/notifications.ts';
import { SESSION_FUNCTIONS } from '../../src/win32/wts/functions.ts';
import { SessionUsers } from '../../src/win32/wts/session-users.ts';
import { createWin32Sessions } from '../../src/win32/wts/win32-sessions.ts';

const [, , port = '', dll = ''] = process.argv;
const ffi = openFfi();
const names = [
  ...Object.keys(SESSION_FUNCTIONS).filter((name) => name.startsWith('WTS') && !name.includes('Console')),
  'RegisterDeviceNotificationW',
  'RegisterPowerSettingNotification',
  'UnregisterDeviceNotification',
  'UnregisterPowerSettingNotification',
];
const dlls = Object.fromEntries(names.map((name) => [name, dll]));
const sessions = createWin32Sessions(ffi, dlls);
const take = ffi.bind(dll, 'OracleTake', { returns: 'ptr', args: [] });
const count = (name: string): number => Number(ffi.bind(dll, name, { returns: 'u32', args: [] })());
const press = ffi.bind(dll, 'OraclePress', { returns: 'void', args: [] });
const told = (): unknown => JSON.parse(ffi.readText(take() as bigint));

interface Sending {
  readonly sessionId: number;
  readonly message: UserMessage;
}

/** Resolves when the C side has seen `amount` messages; the event loop turns meanwhile. */
async function shown(amount: number): Promise<number> {
  let turns = 0;
  while (count('OracleMessages') < amount) {
    turns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return turns;
}

const WORK = {
  async send({ sessionId, message }: Sending) {
    const answer = await sessions.send(sessionId, message).catch((error: unknown) => (error as Error).message);
    return { answer, told: told() };
  },
  async list() {
    const list = await sessions.list();
    return { list, active: chooseSessions(list, 'all'), blocks: count('OracleBlocks') };
  },
  async users() {
    const users = new SessionUsers(ffi, dlls);
    await users.learn();
    return {
      known: [await users.of(1), await users.of(2)],
      missing: (await users.of(77)) ?? null,
      blocks: count('OracleBlocks'),
    };
  },
  guids() {
    ffi.bind(dll, 'OracleGuids', { returns: 'void', args: [] })();
    return Promise.resolve(told());
  },
  async user(sessionId: number) {
    const user = await sessions.user(sessionId).catch((error: unknown) => (error as Error).message);
    return { user: user ?? null, blocks: count('OracleBlocks') };
  },
  /** Five boxes wait, and nothing else does. */
  async waiting({ sessionId, message }: Sending) {
    const before = count('OracleMessages');
    const answers: MessageAnswer[] = [];
    const waits = Array.from({ length: 5 }, () =>
      sessions.send(sessionId, message).then((answer) => answers.push(answer)),
    );
    await shown(before + 5);
    // With the pool taken, this would not end.
    const { length } = await readFile(process.argv[1] ?? '');
    const early = answers.length;
    // Once for each: one more would answer the next test's message.
    for (let i = 0; i < 5; i++) press();
    await Promise.all(waits);
    told();
    return { read: length > 0, early, answers };
  },
  /** The wait is given up; then the process is to end although the box stays. */
  async abort({ sessionId, message }: Sending) {
    const before = count('OracleMessages');
    const abort = new AbortController();
    const sent = sessions.send(sessionId, message, abort.signal);
    await shown(before + 1);
    abort.abort(new Error('enough'));
    return sent.catch((error: unknown) => (error as Error).message);
  },
  async notifications(rule: ResolvedNotificationOptions) {
    const failures: string[] = [];
    const notifications = requestNotifications(ffi, 4711n, rule, (error) => failures.push(error.message), dlls);
    const calls: unknown[] = [];
    while (calls.length + failures.length < rule.power.length + rule.devices.length + failures.length) {
      calls.push(...(told() as unknown[]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await notifications.end(10_000);
    return { calls, undone: told(), failures };
  },
};

const socket = connect({ host: '127.0.0.1', port: Number(port), noDelay: true });
socket.on('close', () => process.exit(0));
createInterface({ input: socket }).on('line', (line) => {
  const { id, call, value } = JSON.parse(line) as { id: number; call: keyof typeof WORK; value: never };
  WORK[call](value).then(
    (answer) => socket.write(`${JSON.stringify({ id, value: answer })}\n`),
    (error: unknown) => socket.write(`${JSON.stringify({ id, error: String((error as Error).stack) })}\n`),
  );
});
