import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createHeartbeatReceiver,
  createHeartbeatSender,
  type HeartbeatReceiverOptions,
  type HeartbeatSenderOptions,
} from '../../../src/heartbeat/index.ts';
import { MAX_BEAT_BYTES } from '../../../src/heartbeat/beat.ts';
import { encodeBeat } from '../../../src/heartbeat/codec.ts';
import { heartbeatFileName } from '../../../src/heartbeat/transports/file-sender.ts';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { heapInUse } from '../../support/collect-garbage.ts';
import { eventually } from '../../support/eventually.ts';

const KEY = 'a key of at least 16 bytes';
let folder: string;
const open: { [Symbol.asyncDispose](): Promise<void> }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winsvc-hb-'));
});
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function receive(options: HeartbeatReceiverOptions) {
  const receiver = createHeartbeatReceiver({ key: KEY, ...options });
  open.push(receiver);
  await receiver.start();
  return receiver;
}
function send(options: Omit<HeartbeatSenderOptions, 'id'> & { id?: string }) {
  const sender = createHeartbeatSender({ id: 'orders', key: KEY, interval: 20, ...options });
  open.push(sender);
  const failures: string[] = [];
  sender.on('failed', (error) => failures.push(error.message));
  return { sender, failures };
}
const pipePath = () => (process.platform === 'win32' ? `\\\\.\\pipe\\${Date.now()}` : join(folder, 'pipe'));

describe.each(['http', 'pipe', 'folder'] as const)('heartbeats over %s', (way) => {
  it('arrive with their number, pid and payload, and end with a goodbye', async () => {
    const pipe = pipePath();
    const beats = join(folder, 'beats');
    const listen = { http: { http: { port: 0 } }, pipe: { pipe }, folder: { folder: beats, pollEvery: 5 } }[way];
    const receiver = await receive(listen);
    const to = { http: { url: receiver.addresses[0]! }, pipe: { pipe }, folder: { folder: beats } }[way];
    let jobs = 0;
    const { sender, failures } = send({ to, id: 'söme/id*', payload: () => ({ jobs: ++jobs }) });
    const changes: unknown[] = [];
    receiver.on('change', (status, before) => changes.push([before, status.state]));
    sender.start();
    sender.start();
    await eventually(() => {
      expect(receiver.sender('söme/id*')?.seq).toBeGreaterThan(3);
    });
    expect(receiver.sender('söme/id*')).toMatchObject({ state: 'alive', pid: process.pid, restarts: 0 });
    expect(receiver.sender('söme/id*')?.payload).toHaveProperty('jobs');
    await sender.stop();
    await eventually(() => {
      expect(changes).toEqual([
        [undefined, 'alive'],
        ['alive', 'ended'],
      ]);
    });
    expect(failures).toEqual([]);
    expect(() => {
      sender.start();
    }).toThrow(expect.objectContaining({ code: 'CLOSED' }) as Error);
  });

  it('come again by themselves after the receiver was away', async () => {
    const pipe = pipePath();
    const probe = await receive({ http: { port: 0 } });
    const port = Number(new URL(probe.addresses[0]!).port);
    await probe.close();
    const beats = join(folder, 'beats');
    if (way === 'folder') await writeFile(beats, 'in the way');
    const to = { http: { url: `http://127.0.0.1:${port}/heartbeat` }, pipe: { pipe }, folder: { folder: beats } }[way];
    const { sender, failures } = send({ to, retry: { base: 5, max: 20 } });
    sender.start();
    await eventually(() => {
      expect(failures.length).toBeGreaterThan(2);
    });
    if (way === 'folder') await rm(beats);
    const receiver = await receive(
      { http: { http: { port } }, pipe: { pipe }, folder: { folder: beats, pollEvery: 5 } }[way],
    );
    await eventually(() => {
      expect(receiver.sender('orders')?.state).toBe('alive');
    });
  });
});

describe('createHeartbeatSender', () => {
  it('waits longer after each failure, by chance up to twice as long as before, up to the maximum', async () => {
    const clock = createManualClock();
    const { sender } = send({
      to: { pipe: join(folder, 'nobody') },
      clock,
      random: () => 1,
      retry: { base: 100, max: 1_000 },
    });
    const waits: number[] = [];
    const spy = vi.spyOn(clock, 'setTimeout');
    sender.on('failed', () => waits.push(0));
    sender.start();
    for (let failures = 1; failures <= 6; failures += 1) {
      await eventually(async () => {
        await clock.advance(0);
        expect(waits).toHaveLength(failures);
      });
      await clock.advance(spy.mock.lastCall![1]);
    }
    const asked = spy.mock.calls.map(([, ms]) => ms).filter((ms) => ms !== 2_000);
    expect(asked.slice(0, 7)).toEqual([0, 100, 200, 400, 800, 1_000, 1_000]);
  });

  it.each([
    ['never answers', () => {}],
    ['answers garbage', (socket: import('node:net').Socket) => void socket.end('\u0000garbage\r\n\r\n')],
    ['hangs up', (socket: import('node:net').Socket) => void socket.destroy()],
  ])('goes on when the other side %s', async (_, listener) => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    server.on('connection', (socket) => socket.on('error', () => {}));
    await eventually(() => {
      expect(server.listening).toBe(true);
    });
    const { port } = server.address() as AddressInfo;
    const { sender, failures } = send({
      to: { url: `http://127.0.0.1:${port}/` },
      timeout: 30,
      retry: { base: 1, max: 5 },
    });
    sender.start();
    await eventually(() => {
      expect(failures.length).toBeGreaterThan(2);
    });
    await sender.stop();
    server.close();
  });

  it('sends none while it is told not to, and says goodbye all the same', async () => {
    const receiver = await receive({ pipe: pipePath() });
    let works = true;
    const { sender } = send({ to: { pipe: receiver.addresses[0]! }, sendIf: () => works });
    let withheld = 0;
    sender.on('withheld', () => (withheld += 1));
    sender.start();
    await eventually(() => {
      expect(receiver.sender('orders')?.seq).toBeGreaterThan(1);
    });
    works = false;
    await eventually(() => {
      expect(withheld).toBeGreaterThan(2);
    });
    const { seq, missed } = receiver.sender('orders')!;
    works = true;
    await eventually(() => {
      expect(receiver.sender('orders')!.seq).toBeGreaterThan(seq);
    });
    // Nothing was lost on the way.
    expect(receiver.sender('orders')!.missed).toBe(missed);
    works = false;
    await sender.stop();
    await eventually(() => {
      expect(receiver.sender('orders')?.state).toBe('ended');
    });
  });

  it('takes an ordinary web server for no receiver', async () => {
    const server = createHttpServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1');
    await eventually(() => {
      expect(server.listening).toBe(true);
    });
    const { sender, failures } = send({ to: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` } });
    sender.start();
    await eventually(() => {
      expect(failures[0]).toContain('it is something else');
    });
    await sender.stop();
    server.close();
  });

  it('names everything that is wrong, and never its key', () => {
    const make = () => createHeartbeatSender({ id: '', to: { url: 'nope' }, key: 'short-sesame' });
    expect(make).toThrow(/3 options are wrong/);
    expect(make).not.toThrow(/sesame/);
  });
});

describe('createHeartbeatReceiver', () => {
  const line = (id: string, seq: number, time: number, boot = 'b') =>
    encodeBeat({ id, boot, seq, time, pid: 1, end: false, to: 'here', payload: null }, KEY);
  const virtual = (options: Partial<HeartbeatReceiverOptions> = {}) => {
    const clock = createManualClock();
    const receiver = createHeartbeatReceiver({ folder, key: KEY, receiver: 'here', timeout: '10s', clock, ...options });
    open.push(receiver);
    const changes: string[] = [];
    receiver.on('change', ({ id, state }) => changes.push(`${id} ${state}`));
    return { clock, receiver, changes };
  };

  it('tells who is overdue, and who came back', async () => {
    const { clock, receiver, changes } = virtual();
    receiver.take(line('a', 1, clock.now()));
    receiver.take(line('b', 1, clock.now()));
    await clock.advance('6s');
    receiver.take(line('b', 2, clock.now()));
    await clock.advance('5s');
    expect(changes).toEqual(['a alive', 'b alive', 'a lost']);
    receiver.take(line('a', 2, clock.now()));
    expect(changes.at(-1)).toBe('a alive');
    expect(receiver.senders().map(({ id, state }) => `${id} ${state}`)).toEqual(['a alive', 'b alive']);
    expect(receiver.forget('a')).toBe(true);
    await clock.advance('1m');
    expect(changes.at(-1)).toBe('b lost');
  });

  it('learns the rhythm of each sender where it was told to', async () => {
    const { clock, receiver, changes } = virtual({ phi: {} });
    for (let seq = 1; seq <= 20; seq += 1) {
      receiver.take(line('quick', seq, clock.now()));
      await clock.advance(200);
    }
    await clock.advance(900);
    expect(changes).toEqual(['quick alive', 'quick lost']);
  });

  it('refuses what is forged, replayed, stale, or from nobody it knows, and says so', async () => {
    const { clock, receiver } = virtual({ allow: ['a'], maxSenders: 5 });
    const refused: unknown[] = [];
    receiver.on('refused', (error) => refused.push(error.details));
    const now = clock.now();
    expect(receiver.take(line('a', 1, now))).toBeUndefined();
    expect(receiver.take(line('a', 1, now))).toBe('replayed');
    expect(receiver.take(line('a', 2, now - 61_000))).toBe('stale');
    expect(receiver.take(line('z', 1, now))).toBe('unknownSender');
    expect(receiver.take(line('a', 3, now).replace('"a"', '"b"'))).toBe('forged');
    expect(receiver.take('nonsense')).toBe('malformed');
    expect(refused).toContainEqual({ why: 'replayed', sender: 'a' });
    expect(refused).toContainEqual({ why: 'forged' });
  });

  it('survives its restart: numbers are known, and the time that nobody listened is no silence', async () => {
    const stateFile = join(folder, 'senders.json');
    const first = virtual({ stateFile });
    await first.receiver.start();
    const before = line('a', 5, first.clock.now());
    first.receiver.take(before);
    await first.receiver.close();
    await first.receiver.close();
    const second = virtual({ stateFile });
    await second.clock.advance('30s');
    await second.receiver.start();
    expect(second.receiver.sender('a')).toMatchObject({ state: 'alive', seq: 5 });
    expect(second.receiver.take(before)).toBe('replayed');
    await second.clock.advance('9s');
    expect(second.changes).toEqual([]);
    await second.clock.advance('2s');
    expect(second.changes).toEqual(['a lost']);
  });

  it('begins anew when its state cannot be read, and says so', async () => {
    const stateFile = join(folder, 'senders.json');
    await writeFile(stateFile, '{ "version": 1, "sen');
    const { receiver } = virtual({ stateFile });
    const errors: Error[] = [];
    receiver.on('error', (error) => errors.push(error));
    await receiver.start();
    expect(errors).toHaveLength(1);
    expect(receiver.senders()).toEqual([]);
  });

  it('handles 10,000 senders within 20 MiB, and all of them lost at once', async () => {
    const stateFile = join(folder, 'senders.json');
    const { clock, receiver, changes } = virtual({ stateFile, saveEvery: '1h', phi: {} });
    await receiver.start();
    const before = heapInUse();
    for (let round = 1; round <= 10; round += 1) {
      const lines = Array.from({ length: 10_000 }, (_, n) => line(`sender ${n}`, round, clock.now()));
      expect(lines.filter((each) => receiver.take(each) !== undefined)).toEqual([]);
      await clock.advance('1s');
    }
    expect(receiver.senders()).toHaveLength(10_000);
    expect(changes).toHaveLength(10_000);
    await clock.advance('10s');
    expect(changes).toHaveLength(20_000);
    expect(heapInUse() - before).toBeLessThan(20 * 2 ** 20);
    await receiver.close();
    expect((JSON.parse(await readFile(stateFile, 'utf8')) as { senders: unknown[] }).senders).toHaveLength(10_000);
  }, 30_000);

  it('cuts off what is too long, on every way', async () => {
    const pipe = pipePath();
    const receiver = await receive({ http: { port: 0 }, pipe });
    // The limit and one byte, and no end of the request: all of it is read before the answer, so no reset can overtake it.
    const status = await new Promise((resolve, reject) => {
      const sent = request(receiver.addresses[0]!, { method: 'POST' }, (response) => {
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.on('error', reject).write('x'.repeat(MAX_BEAT_BYTES + 1));
    });
    expect(status).toBe(413);
    expect((await fetch(receiver.addresses[0]!, { method: 'POST', body: '- {}' })).status).toBe(401);
    expect((await fetch(receiver.addresses[0]!)).status).toBe(405);
    const closed = new Promise((resolve) => {
      const socket = connect(pipe, () => socket.write('x'.repeat(200_000)));
      socket.on('error', () => {}).on('close', resolve);
    });
    await closed;
    await expect(receive({ pipe }), 'the pipe is taken by one that lives').rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('names everything that is wrong with its options', () => {
    expect(() => createHeartbeatReceiver({ timeout: 0, key: 'x', phi: { threshold: -1 } })).toThrow(
      /4 options are wrong/,
    );
  });
});

describe('a receiver that is attacked', () => {
  const beatFor = (to: string | undefined, id = 'a', seq = 1) =>
    encodeBeat({ id, boot: 'b', seq, time: Date.now(), pid: 1, end: false, to, payload: undefined }, KEY);

  it('needs a key unless unsigned heartbeats are allowed', () => {
    expect(() => createHeartbeatReceiver({ http: { port: 0 } })).toThrow(/key: is missing/);
    expect(() => createHeartbeatReceiver({ http: { port: 0 }, allowUnsigned: true })).not.toThrow();
  });

  it.each([
    [{ Origin: 'https://evil.example' }, 403],
    [{ Origin: 'null' }, 403],
    [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
    [{ Host: 'evil.example' }, 421],
    [{ Host: 'evil.example:80' }, 421],
    [{ Host: 'localhost' }, 204],
    [{ 'Sec-Fetch-Site': 'none' }, 204],
    [{}, 204],
  ])('answers a request with %j with %i', async (headers, status) => {
    const receiver = createHeartbeatReceiver({ http: { port: 0 }, key: KEY });
    open.push(receiver);
    await receiver.start();
    const url = new URL(receiver.addresses[0]!);
    const answered = await new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      sent.end(beatFor(`http:${url.port}/heartbeat`));
    });
    expect(answered).toBe(status);
  });

  it('takes no heartbeat that was meant for another receiver', async () => {
    const receiver = createHeartbeatReceiver({ http: { port: 0 }, key: KEY });
    const named = createHeartbeatReceiver({ http: { port: 0 }, key: KEY, receiver: 'watch-1' });
    open.push(receiver, named);
    await receiver.start();
    await named.start();
    const port = new URL(receiver.addresses[0]!).port;
    expect(receiver.take(beatFor(`http:${port}/heartbeat`))).toBeUndefined();
    for (const to of ['http:1/heartbeat', 'pipe:x', 'watch-1'])
      expect(receiver.take(beatFor(to, to))).toBe('wrongReceiver');
    expect(named.take(beatFor('watch-1'))).toBeUndefined();
    // Signed for no receiver: recorded elsewhere, it would be good for every one with this key.
    expect(receiver.take(beatFor(undefined, 'nowhere'))).toBe('wrongReceiver');
    expect(named.take(beatFor(undefined, 'nowhere'))).toBe('wrongReceiver');
    const unsigned = createHeartbeatReceiver({ http: { port: 0 }, allowUnsigned: true });
    open.push(unsigned);
    await unsigned.start();
    expect(unsigned.take(beatFor(undefined, 'nowhere').replace(/^\S+/, '-'))).toBeUndefined();
    expect(named.take(beatFor(`http:${port}/heartbeat`, 'z'))).toBe('wrongReceiver');
  });

  it.skipIf(process.platform === 'win32')(
    'skips strange entries of its folder, reports each once, and hears the others',
    async () => {
      await mkdir(join(folder, 'folder.heartbeat'));
      await symlink('loop.heartbeat', join(folder, 'loop.heartbeat'));
      await symlink('/dev/zero', join(folder, 'zero.heartbeat'));
      execFileSync('mkfifo', [join(folder, 'fifo.heartbeat')]);
      await writeFile(join(folder, 'long.heartbeat'), 'x'.repeat(70_000));
      const receiver = createHeartbeatReceiver({ folder, key: KEY, pollEvery: 10 });
      open.push(receiver);
      const errors: string[] = [];
      receiver.on('error', (error) => errors.push(error.message));
      await receiver.start();
      await writeFile(join(folder, 'z.heartbeat'), beatFor(`folder:${basename(folder).toLowerCase()}`, 'z'));
      await eventually(() => {
        expect(receiver.sender('z')?.state).toBe('alive');
      });
      expect(errors.map((message) => /"(\w+)\.heartbeat"/.exec(message)?.[1]).sort()).toEqual([
        'fifo',
        'folder',
        'long',
        'loop',
        'zero',
      ]);
    },
  );

  it.skipIf(process.platform === 'win32')('deletes no file that is not its socket', async () => {
    for (const name of ['file', 'link']) {
      const path = join(folder, name);
      if (name === 'file') await writeFile(path, 'precious');
      else await symlink('file', path);
      await expect(createHeartbeatReceiver({ pipe: path, key: KEY }).start()).rejects.toThrow('EADDRINUSE');
    }
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('precious');
  });

  it('closes the pipe connections whose lines without an end take too much together', { timeout: 30_000 }, async () => {
    const pipe = pipePath();
    const receiver = await receive({ pipe });
    const sockets = Array.from({ length: 400 }, () => connect(pipe));
    const closed = new Set<unknown>();
    for (const socket of sockets) {
      socket.on('error', () => undefined).on('close', () => closed.add(socket));
      socket.write('x'.repeat(60_000));
    }
    // 16 MiB are the beginnings of 279 lines.
    await eventually(() => {
      expect(closed.size).toBeGreaterThanOrEqual(100);
    }, 20_000);
    expect(closed.size).toBeLessThan(200);
    const { sender } = send({ to: { pipe } });
    sender.start();
    await eventually(() => {
      expect(receiver.sender('orders')?.seq).toBeGreaterThan(1);
    });
    for (const socket of sockets) socket.destroy();
  });

  it.skipIf(process.platform === 'win32')('lets other accounts write to its pipe only with a key', async () => {
    for (const options of [{ key: KEY }, { allowUnsigned: true }]) {
      const pipe = join(folder, `p${Object.keys(options)[0]!}`);
      const receiver = createHeartbeatReceiver({ pipe, ...options });
      open.push(receiver);
      await receiver.start();
      expect(((await stat(pipe)).mode & 0o006) === 0o006).toBe('key' in options);
    }
  });

  it('closes a pipe that sends 40 MB of newlines, at once and without its memory', async () => {
    const pipe =
      process.platform === 'win32'
        ? `\\\\.\\pipe\\winsvc-nl-${process.pid}`
        : join(tmpdir(), `winsvc-nl-${process.pid}`);
    const receiver = createHeartbeatReceiver({ pipe, key: KEY });
    open.push(receiver);
    const refused = vi.fn();
    receiver.on('refused', refused);
    await receiver.start();
    const socket = connect(pipe);
    const ended = new Promise<void>((resolve) => {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        resolve();
      });
    });
    socket.resume();
    const chunk = Buffer.alloc(1_048_576, 10);
    for (let n = 0; n < 40; n += 1) socket.write(chunk, () => undefined);
    await ended;
    expect(refused.mock.calls.length).toBeLessThanOrEqual(10);
  });

  it('keeps a sender alive whose payload throws', async () => {
    const receiver = createHeartbeatReceiver({ http: { port: 0 }, key: KEY });
    open.push(receiver);
    await receiver.start();
    const payload = () => {
      throw new Error('no');
    };
    const sender = createHeartbeatSender({
      id: 'p',
      to: { url: receiver.addresses[0]! },
      key: KEY,
      payload,
      interval: '50ms',
    });
    const failed = new Promise<Error>((resolve) => sender.once('payloadFailed', resolve));
    sender.start();
    expect((await failed).message).toBe('the payload cannot be sent: no');
    await eventually(() => {
      expect(receiver.sender('p')?.state).toBe('alive');
    });
    await sender.stop();
  });
});

describe('relative paths', () => {
  const program = process.argv[1]!;
  afterEach(() => {
    process.argv[1] = program;
  });

  it.each(['beats', './beats', '../x/beats', 'Herzschläge'])(
    'folder %s and stateFile begin at the folder of the program, not at the working folder',
    async (name) => {
      await mkdir(join(folder, 'x'));
      process.argv[1] = join(folder, 'x', 'main.js');
      const expected = join(folder, 'x', name);
      const receiver = await receive({ folder: name, stateFile: 'state/../senders.json', pollEvery: 10 });
      expect(receiver.addresses).toEqual([expected]);
      // Another program, in another folder, names the same one.
      process.argv[1] = join(folder, 'sender.js');
      const { sender } = send({ to: { folder: relative(dirname(process.argv[1]), expected) } });
      sender.start();
      await eventually(() => {
        expect(receiver.sender('orders')?.state).toBe('alive');
      });
      expect(await readdir(expected)).toContain('orders.heartbeat');
      await receiver.close();
      expect(JSON.parse(await readFile(join(folder, 'x', 'senders.json'), 'utf8'))).toMatchObject({ version: 1 });
      expect(await readdir(process.cwd())).not.toContain(basename(name));
    },
  );
});

describe('the file of a sender', () => {
  const ids = [
    'orders',
    'Orders',
    'ORDERS',
    'con',
    'nul.txt',
    'lpt1',
    'a/b',
    'a\\b',
    '..',
    'a*b',
    'a?b',
    'x'.repeat(200),
  ];
  const more = [
    'x'.repeat(199) + 'y',
    'Aufträge',
    'aufträge',
    'AUFTRÄGE',
    '订单',
    '😀',
    'a ',
    'a.',
    'a:b',
    '%41',
    'A%',
    heartbeatFileName('Orders'),
    '~',
  ];

  it('has a name that Windows takes and keeps apart from every other id', () => {
    const names = [...ids, ...more].map(heartbeatFileName);
    for (const name of names) {
      expect(name).toMatch(/^[\w.!~'()%-]+$/);
      expect(`${name}.heartbeat`).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i);
      expect(name.length).toBeLessThanOrEqual(140);
    }
    // As NTFS compares them.
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  });

  it('is read back under its id, whatever the id is', async () => {
    const receiver = await receive({ folder: join(folder, 'f'), pollEvery: 10 });
    for (const id of ids) send({ id, to: { folder: join(folder, 'f') } }).sender.start();
    await eventually(() => {
      expect(
        receiver
          .senders()
          .map(({ id }) => id)
          .sort(),
      ).toEqual([...ids].sort());
    });
  });
});
