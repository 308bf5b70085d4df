import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { explainConfig, httpLayer, type HttpLayerOptions, loadConfig, watchConfig } from '../../../src/config/index.ts';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { eventually } from '../../support/eventually.ts';
import { heapInUse } from '../../support/collect-garbage.ts';

const schema = z.object({ port: z.number(), password: z.string().optional() });
let folder: string;
let server: Server;
let url: string;
let requests: IncomingMessage[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winsvc-http-'));
  requests = [];
  await open(0);
});
afterEach(async () => {
  await close();
  await rm(folder, { recursive: true, force: true });
});

async function open(port: number): Promise<void> {
  server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
}
async function close(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
const json = (value: unknown, headers: Record<string, string> = {}) => {
  answer = (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(value));
  };
};
const layer = (options: Partial<HttpLayerOptions> = {}) => httpLayer({ url, random: () => 0, ...options });
const load = (options: Partial<HttpLayerOptions> = {}) => loadConfig({ schema, server: layer(options) });
async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'it worked',
    (error: unknown) => (error as Error).message,
  );
}

describe('httpLayer', () => {
  it('lies between the file and the environment, and names its lines', async () => {
    await writeFile(join(folder, 'app.json'), '{ "port": 1, "password": "of the file" }');
    answer = (_, response) => response.end('{\n "port": 2\n}');
    const config = await loadConfig({ schema, file: join(folder, 'app.json'), server: layer({ name: 'central' }) });
    expect(config).toEqual({ port: 2, password: 'of the file' });
    expect(explainConfig(config).find(({ path }) => path === 'port')?.source).toBe('central:2');
    answer = (_, response) => response.end('{\n "port": "x"\n}');
    expect(await failure(load())).toContain(`got 'x' (server ${new URL(url).host}:2)`);
  });

  it('sends its headers, from an object or a function, and shows them in no message', async () => {
    json({ port: 2 });
    for (const headers of [{ Authorization: 'Bearer S3cr3tT0ken' }, () => ({ Authorization: 'Bearer S3cr3tT0ken' })]) {
      await load({ headers });
      expect(requests.at(-1)?.headers.authorization).toBe('Bearer S3cr3tT0ken');
    }
    for (const headers of [{ Authorization: 'S3cr3t\nT0ken' }, { 'a b': 'S3cr3tT0ken' }, 'S3cr3tT0ken', { a: 1 }]) {
      expect(() => layer({ headers: headers as never })).toThrow(/^httpLayer: .*\n.*headers/);
      expect(() => layer({ headers: headers as never })).not.toThrow(/S3cr3t/);
    }
    const late = await failure(load({ headers: () => ({ Authorization: 'S3cr3t\nT0ken' }) }));
    expect(late).toContain('the header Authorization has a character that HTTP does not allow');
    expect(late).not.toContain('S3cr3t');
  });

  it.each(['ftp://h/', 'nope', 'http://user:S3cr3tT0ken@h/'])('refuses the URL %s without showing a login', (wrong) => {
    expect(() => layer({ url: wrong })).toThrow(/url: must/);
    expect(() => layer({ url: wrong })).not.toThrow(/S3cr3tT0ken/);
  });

  it('reads YAML where the answer is YAML, and takes the text out of another form', async () => {
    answer = (_, response) => response.writeHead(200, { 'Content-Type': 'application/yaml' }).end('port: 3');
    expect(await load()).toEqual({ port: 3 });
    json({ data: '{"port":4}' });
    expect(await load({ text: ({ body }) => (JSON.parse(body) as { data: string }).data })).toEqual({ port: 4 });
    expect(await failure(load({ text: ({ body }) => body.slice(0, 0).at(0)!.trim() }))).toContain(
      'the option text threw a TypeError',
    );
  });

  it('fills in no variable of this process', async () => {
    process.env['WINSVC_TEST_SECRET'] = 'S3cr3t';
    json({ port: 1, password: '${WINSVC_TEST_SECRET}' });
    expect((await load()).password).toBe('${WINSVC_TEST_SECRET}');
    delete process.env['WINSVC_TEST_SECRET'];
  });

  it('shows no value of a secret', async () => {
    json({ port: 'x', password: 'S3cr3tT0ken' });
    expect(await failure(load())).not.toContain('S3cr3t');
    json({ port: 1, password: 'S3cr3tT0ken' });
    expect(JSON.stringify(await load())).toBe('{"port":1,"password":"[secret]"}');
  });
});

describe('a configuration server that cannot be used', () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1_048_576, 0x20), { level: 9 });
  const cases: Record<string, [(request: IncomingMessage, response: ServerResponse) => void, string]> = {
    'answers 500': [(_, response) => response.writeHead(500).end('no'), 'it answered 500'],
    'answers 404': [(_, response) => response.writeHead(404).end('no'), 'it answered 404'],
    redirects: [(_, response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(), 'a redirect'],
    'answers 304 to a first request': [(_, response) => response.writeHead(304).end(), '304'],
    'answers garbage': [(_, response) => response.end(Buffer.from([0xff, 0xfb, 0x9c, 0x80])), 'is not valid'],
    'answers a page': [(_, response) => response.end('<html>'), 'is not JSON'],
    'answers a list': [(_, response) => response.end('[1]'), 'must have names and values at its top'],
    'answers nothing': [(_, response) => response.end(), 'is not JSON'],
    'announces a gigabyte': [
      (_, response) => response.writeHead(200, { 'Content-Length': 2 ** 30 }).write('{'),
      'is longer than 4 MiB',
    ],
    'answers a compressed bomb': [
      (_, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bomb),
      'is longer than 4 MiB',
    ],
    'breaks off': [(_, response) => void response.write('{', () => response.destroy()), 'ended early'],
    'never answers': [() => undefined, 'took longer than 200 ms'],
    'answers byte by byte': [
      (_, response) => {
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => {
          clearInterval(timer);
        });
      },
      'took longer than 200 ms',
    ],
    'is nested deeply': [
      (_, response) => response.end('{"a":'.repeat(9_000) + '1' + '}'.repeat(9_000)),
      'is nested deeper',
    ],
    'names the prototype': [(_, response) => response.end('{"port":1,"__proto__":{"a":1}}'), '__proto__'],
  };

  it.each(Object.entries(cases))('%s: the start fails and says so', async (_, [listener, message]) => {
    answer = listener;
    expect(await failure(load({ timeout: 200 }))).toContain(message);
  });

  // To a later request, 304 says that nothing changed.
  const later = Object.entries(cases).filter(([name]) => !name.includes('304'));
  it.each(later)('%s: the configuration in force stays', async (_, [listener, message]) => {
    json({ port: 1 });
    const clock = createManualClock();
    await using config = await watchConfig({ schema, server: layer({ timeout: 200 }), clock });
    const problems: string[] = [];
    config.on('problem', (error) => problems.push(error.message));
    answer = listener;
    await clock.advance('1m');
    await eventually(() => {
      expect(problems).toEqual([expect.stringContaining(message)]);
    });
    expect(config.value).toEqual({ port: 1 });
    expect(config.problem?.message).toBe(problems[0]);
    json({ port: 2 });
    await clock.advance('5m');
    await eventually(() => {
      expect(config.value).toEqual({ port: 2 });
    });
    expect(config.problem).toBeUndefined();
    expect(problems).toHaveLength(1);
  });

  it('takes no more of a gigabyte than 4 MiB', async () => {
    let sent = 0;
    answer = (_, response) => {
      const chunk = Buffer.alloc(1_048_576, 0x20);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
        sent += chunk.length;
      };
      response.on('drain', more);
      more();
    };
    const before = heapInUse();
    expect(await failure(load())).toContain('is longer than 4 MiB');
    await close();
    expect(sent).toBeLessThan(40 * 1_048_576);
    expect(heapInUse() - before).toBeLessThan(20 * 1_048_576);
    await open(0);
  });

  it('that is not there is optional where the options say so', async () => {
    await close();
    const server = layer({ optional: true });
    await using config = await watchConfig({ schema, defaults: { port: 9 }, server });
    expect(config.value).toEqual({ port: 9 });
    expect(config.problem?.message).toMatch(
      /^server 127.0.0.1:\d+ cannot be read: .*ECONNREFUSED.*no configuration yet$/,
    );
    await open(0);
  });
});

describe('the cache of httpLayer', () => {
  const cacheFile = () => join(folder, 'cache', 'server.json');

  it('starts the service while the server is away, says so, and follows the server when it is back', async () => {
    json({ port: 1 }, { ETag: '"v1"' });
    const port = Number(new URL(url).port);
    await load({ cacheFile: cacheFile() });
    await close();
    const clock = createManualClock();
    await using config = await watchConfig({ schema, server: layer({ cacheFile: cacheFile() }), clock });
    expect(config.value).toEqual({ port: 1 });
    expect(config.problem?.message).toMatch(/cannot be read: .*its configuration of \d{4}-.*Z stays in force$/);
    await open(port);
    json({ port: 2 });
    await clock.advance('5m');
    await eventually(() => {
      expect(config.value).toEqual({ port: 2 });
    });
    expect(config.problem).toBeUndefined();
    expect(JSON.parse(await readFile(cacheFile(), 'utf8'))).toMatchObject({ body: '{"port":2}' });
  });

  it('starts the service with the last good answer when the present one is bad', async () => {
    json({ port: 1 });
    await load({ cacheFile: cacheFile() });
    json({ port: 'bad' });
    await using config = await watchConfig({ schema, server: layer({ cacheFile: cacheFile() }) });
    expect(config.value).toEqual({ port: 1 });
    expect(config.problem?.message).toContain('cannot be used');
    expect(config.problem?.message).toContain("got 'bad'");
    expect(await readFile(cacheFile(), 'utf8')).not.toContain('bad');
  });

  it('makes the next request conditional', async () => {
    answer = (request, response) => {
      if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end();
      else response.writeHead(200, { ETag: '"v1"' }).end('{"port":1}');
    };
    for (let n = 0; n < 3; n += 1) expect(await load({ cacheFile: cacheFile() })).toEqual({ port: 1 });
    expect(requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"v1"', '"v1"']);
  });

  it.skipIf(process.platform === 'win32')('is private, and refused where others can write', async () => {
    json({ port: 1, password: 'S3cr3t' });
    await load({ cacheFile: cacheFile() });
    expect((await stat(join(folder, 'cache'))).mode & 0o777).toBe(0o700);
    expect((await stat(cacheFile())).mode & 0o777).toBe(0o600);
    await chmod(join(folder, 'cache'), 0o777);
    await close();
    expect(await failure(load({ cacheFile: cacheFile() }))).toContain('other users can write to it');
    await open(0);
    json({ port: 3 });
    await using config = await watchConfig({ schema, server: layer({ cacheFile: cacheFile() }) });
    expect(config.value).toEqual({ port: 3 });
    expect(config.problem?.message).toContain('other users can write to it');
    expect(await readFile(cacheFile(), 'utf8')).toContain('S3cr3t');
  });

  it.each(['', '{', '{"version":2}', 'null', '[]', '{"version":1,"url":"x"}'])(
    'that holds %j counts as none',
    async (text) => {
      await mkdir(join(folder, 'cache'), { mode: 0o700 });
      await writeFile(cacheFile(), text);
      json({ port: 1 });
      expect(await load({ cacheFile: cacheFile() })).toEqual({ port: 1 });
      expect(JSON.parse(await readFile(cacheFile(), 'utf8'))).toMatchObject({ version: 1, body: '{"port":1}' });
      expect(await readdir(join(folder, 'cache'))).toEqual(['server.json']);
    },
  );

  it('of another URL is not used', async () => {
    json({ port: 1 });
    await load({ cacheFile: cacheFile() });
    await close();
    expect(await failure(load({ url: `${url}/other`, cacheFile: cacheFile() }))).toContain('ECONNREFUSED');
    await open(0);
  });
});

describe('the requests of httpLayer', () => {
  /** A manual clock, and when the watch waits for its next request: it has a timer then. */
  function manual() {
    const clock = createManualClock();
    const timers = vi.spyOn(clock, 'setTimeout');
    const idle = () =>
      eventually(() => {
        expect(timers.mock.calls.length).toBe(requests.length);
      });
    return { clock, idle };
  }

  it('are one in each interval, however often the configuration changes', async () => {
    let changes = 0;
    answer = (_, response) => response.end(JSON.stringify({ port: (changes += 1) }));
    const clock = createManualClock();
    await using config = await watchConfig({ schema, server: layer({ every: '10s' }), clock });
    for (let minute = 0; minute < 6; minute += 1) {
      // 1,000 changes a second: the server counts them by itself.
      changes += 10_000;
      const before = requests.length;
      await clock.advance('10s');
      await eventually(() => {
        expect(config.value.port).toBe(changes);
      });
      expect(requests.length - before).toBe(1);
    }
  });

  it('bring no reload while nothing changes', async () => {
    answer = (request, response) => {
      if (request.headers['if-none-match']) response.writeHead(304).end();
      else response.writeHead(200, { ETag: 'W/"1"' }).end('{"port":1}');
    };
    const { clock, idle } = manual();
    await using config = await watchConfig({ schema, server: layer(), clock });
    let reads = 0;
    config.on('change', () => (reads += 1));
    for (let n = 2; n <= 4; n += 1) {
      await clock.advance('1m');
      await eventually(() => {
        expect(requests).toHaveLength(n);
      });
      await idle();
    }
    expect(reads).toBe(0);
  });

  it('come less often while the server is away, with jitter, and not before its Retry-After', async () => {
    json({ port: 1 });
    const { clock, idle } = manual();
    await using config = await watchConfig({ schema, server: layer({ every: '1s', random: () => 0.5 }), clock });
    answer = (_, response) => response.writeHead(503, { 'Retry-After': '100' }).end();
    await clock.advance('2s');
    await eventually(() => {
      expect(config.problem?.message).toContain('it answered 503');
    });
    expect(requests).toHaveLength(2);
    await idle();
    await clock.advance('99s');
    expect(requests).toHaveLength(2);
    answer = (_, response) => response.writeHead(500).end();
    // From now on 2 to 4 s, 4 to 8 s, … up to 5 min: with 0.5 as random number, three quarters of the ceiling.
    for (const seconds of [1, 3, 6, 12, 24, 48, 96, 192, 225, 225]) {
      const before = requests.length;
      await clock.advance((seconds - 1) * 1_000);
      expect(requests).toHaveLength(before);
      await clock.advance('2s');
      await eventually(() => {
        expect(requests).toHaveLength(before + 1);
      });
      await idle();
    }
  });

  it('can be held by the server: the next answer is there at once', async () => {
    let version = 1;
    let held: (() => void) | undefined;
    answer = (request, response) => {
      const send = () => response.writeHead(200, { ETag: `"${version}"` }).end(JSON.stringify({ port: version }));
      if (request.headers['if-none-match'] !== `"${version}"`) send();
      else held = send;
    };
    const clock = createManualClock();
    await using config = await watchConfig({ schema, server: layer({ longPoll: true, timeout: '5s' }), clock });
    for (let n = 2; n <= 4; n += 1) {
      await clock.advance('1s');
      await eventually(() => {
        expect(held).toBeDefined();
      });
      expect(requests.at(-1)?.headers['prefer']).toBe('wait=60');
      version = n;
      held?.();
      held = undefined;
      await eventually(() => {
        expect(config.value.port).toBe(n);
      });
    }
    expect(requests).toHaveLength(4);
  });

  it('end with the watch', async () => {
    json({ port: 1 });
    const clock = createManualClock();
    const config = await watchConfig({ schema, server: layer({ longPoll: true }), clock });
    let closed = false;
    answer = (request) => request.on('close', () => (closed = true));
    await clock.advance('1s');
    await eventually(() => {
      expect(requests).toHaveLength(2);
    });
    config.close();
    await eventually(() => {
      expect(closed).toBe(true);
    });
    await clock.advance('1h');
    expect(requests).toHaveLength(2);
  });
});
