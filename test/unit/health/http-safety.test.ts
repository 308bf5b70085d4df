import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createHealth,
  customCheck,
  diskCheck,
  heartbeatCheck,
  healthHandler,
  healthMetrics,
  healthServer,
} from '../../../src/health/index.ts';
import { systemClock } from '../../../src/util/clock.ts';

const health = createHealth({ checks: [customCheck('a', () => true)] });

/** Sends text as it is and gives the first line of each answer. */
async function ask(port: number, text: string): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
  socket.write(text);
  await once(socket, 'close');
  return answer.match(/^HTTP\/1\.1 \d+/gm) ?? [];
}

describe('the server of health', () => {
  it.each([
    ['/readyz', 'localhost', '503'],
    ['/readyz', '127.0.0.1:1', '503'],
    ['/readyz', '[::1]:1', '503'],
    ['/readyz', 'evil.example', '421'],
    ['/readyz', 'localhost.evil.example:9', '421'],
    ['http://localhost/readyz', 'localhost', '503'],
    ['http://localhost:1/readyz?x#y', 'localhost', '503'],
    ['http://localhost/', 'localhost', '404'],
  ])('answers %s for host %s with %s', async (target, host, status) => {
    await using server = await healthServer(health, { port: 0 });
    expect(await ask(server.port, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toEqual([
      `HTTP/1.1 ${status}`,
    ]);
  });

  it('takes names that it was given', async () => {
    await using server = await healthServer(health, { port: 0, hosts: ['orders.local'] });
    expect(await ask(server.port, 'GET /readyz HTTP/1.1\r\nHost: Orders.Local\r\nConnection: close\r\n\r\n')).toEqual([
      'HTTP/1.1 503',
    ]);
  });

  it.each([
    ['15 connections', 15, 1],
    ['15 connections that pipeline', 15, 8],
    ['90 connections', 90, 1],
  ])('starts one run of metrics for all requests that wait for it: %s', async (_, connections, each) => {
    let finish = (_text: string): void => undefined;
    const metrics = vi.fn(() => new Promise<string>((resolve) => (finish = resolve)));
    const handler = healthHandler(health, { metrics: { contentType: 'text/plain', metrics } });
    let received = 0;
    const server = createServer((request, response) => {
      received += 1;
      handler(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const get = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n';
    const last = `${get}Connection: close\r\n\r\n`;
    const text = `${get}\r\n`.repeat(each - 1) + last;
    const answers = Promise.all(Array.from({ length: connections }, () => ask(port, text)));
    await vi.waitFor(() => {
      expect(received).toBe(connections * each);
    });
    expect(metrics).toHaveBeenCalledTimes(1);
    finish('m 1\n');
    expect((await answers).flat()).toEqual(Array.from({ length: connections * each }, () => 'HTTP/1.1 200'));
    expect(metrics).toHaveBeenCalledTimes(1);
    // The next one has a run of its own: values aren't kept.
    const next = ask(port, last);
    await vi.waitFor(() => {
      expect(metrics).toHaveBeenCalledTimes(2);
    });
    finish('m 2');
    await next;
    server.close();
  });

  it('keeps a place for others however many connections are kept open', async () => {
    await using server = await healthServer(health, { port: 0 });
    const held: Socket[] = [];
    for (let n = 0; n < 150; n += 1) {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      held.push(socket);
    }
    expect(await ask(server.port, 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).toEqual([
      'HTTP/1.1 503',
    ]);
    for (const socket of held) socket.destroy();
  });

  it.each(['1x', 'a-b', 'a b', '{', 'ä'])('refuses the prefix %s of metrics', async (prefix) => {
    await expect(healthMetrics(health, { prefix })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });
});

const run = (check: ReturnType<typeof diskCheck>) =>
  check.run({ signal: new AbortController().signal, timeoutMs: 1_000, clock: systemClock });

describe('the disk check', () => {
  const statfs = vi.fn((_path: string) => Promise.resolve({ bsize: 1, blocks: 1, bavail: 1 }));
  const [, program] = process.argv;
  let folder: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'winsvc-disk-')));
    await mkdir(join(folder, 'release-2'));
    await writeFile(join(folder, 'release-2', 'main.js'), '');
    await symlink(join(folder, 'release-2'), join(folder, 'current'), 'junction');
    statfs.mockClear();
  });
  afterEach(async () => {
    process.argv[1] = program!;
    await rm(folder, { recursive: true });
  });

  it.each(['release-2', 'current'])('asks for the disk of the program, also through a link: %s', async (name) => {
    process.argv[1] = join(folder, name, 'main.js');
    const check = diskCheck({ statfs, minFree: 0 });
    await run(check);
    expect(statfs).toHaveBeenCalledWith(join(folder, 'release-2'));
    expect(check.name).toBe(`disk ${parse(folder).root}`);
  });

  it('asks for the drive of a program whose file is gone', async () => {
    process.argv[1] = join(folder, 'none.js');
    await run(diskCheck({ statfs, minFree: 0 }));
    expect(statfs).toHaveBeenCalledWith(folder);
  });

  it.each([
    ['data', 'release-2/data'],
    ['..', '.'],
  ])('a relative path begins at the folder of the program: %s', async (path, expected) => {
    process.argv[1] = join(folder, 'release-2', 'main.js');
    const check = diskCheck({ path, statfs, minFree: 0 });
    await run(check);
    expect(statfs).toHaveBeenCalledWith(join(folder, expected));
    expect(check.name).toBe(`disk ${path}`);
  });

  it('measures the disk that it is given, and the one of this program', async () => {
    expect(await run(diskCheck({ path: folder, minFree: 1, minFreePart: 0 }))).toMatchObject({ verdict: 'pass' });
    expect(await run(diskCheck({ minFree: 2 ** 60 }))).toMatchObject({ verdict: 'fail' });
  });
});

it('the heartbeat check warns of two processes with one id', async () => {
  const source = { sender: () => ({ state: 'alive' as const, lastAt: new Date(), duplicates: [1, 2] }) };
  expect(await run(heartbeatCheck(source, 'a'))).toEqual({
    verdict: 'warn',
    message: 'two processes send as a: 1 and 2',
  });
});
