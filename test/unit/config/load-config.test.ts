import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import * as mini from 'zod/mini';
import { duration, explainConfig, loadConfig, secret } from '../../../src/config/index.ts';
import type { ServiceError } from '../../../src/errors/service-error.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winsvc-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, content: string): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

async function failure(promise: Promise<unknown>): Promise<ServiceError> {
  return promise.then(
    () => {
      throw new Error('it should have failed');
    },
    (error: unknown) => error as ServiceError,
  );
}

const schema = z.strictObject({
  port: z.number().default(80),
  verbose: z.boolean().optional(),
  tags: z.array(z.string()).optional(),
  db: z.strictObject({ host: z.string(), maxPool: z.int().min(1), login: secret(z.string().min(4)) }),
});

describe('duration', () => {
  it('gives milliseconds, whatever the source', async () => {
    const path = await file('app.yaml', 'every: 30s\nafter: 250');
    const schema = z.strictObject({ every: duration(), after: duration() });
    const config = await loadConfig({ schema, file: path });
    expectTypeOf(config.every).toEqualTypeOf<number>();
    expect(config).toEqual({ every: 30_000, after: 250 });
    const other = await loadConfig({
      schema,
      defaults: { every: '2m' },
      env: { prefix: 'APP_', values: { APP_AFTER: '1h' } },
    });
    expect(other).toEqual({ every: 120_000, after: 3_600_000 });
  });

  it('names what it cannot take, and its line', async () => {
    const path = await file('app.yaml', 'after: 1s\nevery: soon');
    const schema = z.strictObject({ every: duration(), after: duration() });
    const { message } = await failure(loadConfig({ schema, file: path }));
    expect(message).toContain(
      "every: must be milliseconds or a text such as '30s', '5m', '2h'; got 'soon' (app.yaml:2)",
    );
  });
});

describe('loadConfig', () => {
  it('lays defaults under the file, the file under the environment, the environment under arguments', async () => {
    const path = await file(
      'app.yaml',
      'port: 1\nverbose: false\ndb:\n  host: from-file\n  maxPool: 3\n  login: abcd\n',
    );
    const config = await loadConfig({
      schema,
      file: path,
      defaults: { port: 0, tags: ['d'], db: { host: 'd', maxPool: 9 } },
      env: { prefix: 'APP_', values: { APP_DB__MAX_POOL: '5', APP_VERBOSE: 'yes', OTHER: 'x' } },
      args: ['run', '--db.max-pool=7', '--tags', 'a, b'],
    });
    expect(config).toEqual({
      port: 1,
      verbose: true,
      tags: ['a', 'b'],
      db: { host: 'from-file', maxPool: 7, login: 'abcd' },
    });
    expectTypeOf(config).toEqualTypeOf<{
      port: number;
      verbose?: boolean | undefined;
      tags?: string[] | undefined;
      db: { host: string; maxPool: number; login: string };
    }>();
    expect(explainConfig(config)).toEqual([
      { path: 'port', value: 1, source: 'app.yaml:1' },
      { path: 'verbose', value: true, source: 'environment variable APP_VERBOSE' },
      { path: 'tags[0]', value: 'a', source: 'argument --tags' },
      { path: 'tags[1]', value: 'b', source: 'argument --tags' },
      { path: 'db.host', value: 'from-file', source: 'app.yaml:4' },
      { path: 'db.maxPool', value: 7, source: 'argument --db.max-pool' },
      { path: 'db.login', value: '[secret]', source: 'app.yaml:6' },
    ]);
  });

  it('names every problem with its file and line, its variable, its argument', async () => {
    const path = await file(
      'app.json',
      '{\n  "port": "eighty",\n  "nope": 1,\n  "db": {\n    "host": 4,\n    "maxPool": 1\n  }\n}',
    );
    const error = await failure(
      loadConfig({
        schema,
        file: path,
        env: { prefix: 'APP_', values: { APP_VERBOSE: 'maybe' } },
        args: ['--db.max-pool', '0'],
      }),
    );
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message.replace(folder, '')).toMatchInlineSnapshot(`
      "The configuration cannot be used (file /app.json): there are 6 problems:
        - port: Invalid input: expected number, received string; got 'eighty' (app.json:2)
        - verbose: Invalid input: expected boolean, received string; got 'maybe' (environment variable APP_VERBOSE)
        - db.host: Invalid input: expected string, received number; got 4 (app.json:5)
        - db.maxPool: Too small: expected number to be >=1; got 0 (argument --db.max-pool)
        - db.login: is missing (app.json:4)
        - nope: is not a name that the configuration has (app.json:3)"
    `);
  });

  it('fills in ${VAR:-default} and reads the text as the type that the schema wants', async () => {
    const path = await file(
      'app.yaml',
      'port: ${PORT:-8080}\ntags: [a, "${X:-${Y:-z}}"]\ndb: { host: "$${HOST}", maxPool: "${POOL}", login: "${PW}" }\n',
    );
    const values = { POOL: '4', PW: 'hunter22', X: '' };
    expect(await loadConfig({ schema, file: path, env: { values } })).toEqual({
      port: 8080,
      tags: ['a', 'z'],
      db: { host: '${HOST}', maxPool: 4, login: 'hunter22' },
    });
    const error = await failure(loadConfig({ schema, file: path, env: { values: { PORT: '1' } } }));
    expect(error.message).toContain('db.maxPool: needs the environment variable POOL, which is not set');
    expect(error.message).toContain('(app.yaml:3)');
    expect(error.message).toContain('variable PW');
  });

  it('reads a mapped variable, a list, an object and a union from text', async () => {
    const config = await loadConfig({
      schema: z.object({
        port: z.union([z.number(), z.boolean()]),
        list: z.array(z.number()),
        map: z.object({ a: z.number() }),
      }),
      env: { map: { PORT: 'port', LIST: 'list', MAP: 'map' }, values: { PORT: '80', LIST: '1,2', MAP: '{"a":1}' } },
    });
    expect(config).toEqual({ port: 80, list: [1, 2], map: { a: 1 } });
  });

  it('takes a schema of zod/mini', async () => {
    const config = await loadConfig({ schema: mini.object({ port: mini.number() }), args: ['--port=3'] });
    expect(config).toEqual({ port: 3 });
  });

  it.each([
    ['app.json', '{ "a": 1,\n  "b": "sesame\n}', 2],
    ['app.json', '{ "a": 1,\n  "b": }', 2],
    ['app.json', '{ "a": 1\n', 2],
    ['app.yaml', 'a: 1\nb: "sesame\nc: 2\n', 2],
    ['app.yaml', 'a: 1\n b: sesame\n', 1],
    ['app.yaml', 'a: 1\na: sesame\n', 2],
  ])('names the line where %s cannot be read, and quotes none of it', async (name, content, line) => {
    const error = await failure(loadConfig({ schema: z.object({}), file: await file(name, content) }));
    const [problem] = error.details['problems'] as { source: { line: number } }[];
    expect(problem!.source.line).toBeGreaterThanOrEqual(line);
    expect(error.message).toMatch(/is not (?:JSON|YAML): /);
    expect(error.message).not.toContain('sesame');
  });

  it('refuses names that would reach a prototype', async () => {
    const path = await file('app.json', '{ "a": { "__proto__": { "admin": true } } }');
    const error = await failure(
      loadConfig({ schema: z.looseObject({}), file: path, args: ['--constructor.prototype.admin=1'] }),
    );
    expect(error.message).toContain('a.__proto__: is not a name that a value can have (app.json:1)');
    expect(error.message).toContain('(argument --constructor.prototype.admin)');
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });

  it('does not let aliases blow a small file up', async () => {
    const levels = Array.from(
      { length: 9 },
      (_, n) =>
        `l${n}: &l${n} [${Array(9)
          .fill(n ? `*l${n - 1}` : 'x')
          .join(', ')}]`,
    );
    const error = await failure(
      loadConfig({ schema: z.looseObject({}), file: await file('a.yaml', levels.join('\n')) }),
    );
    expect(error.message).toContain('has more than 100000 values');
  });

  it('accepts a missing file only where it is optional', async () => {
    const path = join(folder, 'none.json');
    expect(await loadConfig({ schema: z.object({}), file: { path, optional: true } })).toEqual({});
    const error = await failure(loadConfig({ schema: z.object({}), file: path }));
    expect(error.message).toContain('cannot be read: there is no such file');
  });

  it('names everything that is wrong with its options', async () => {
    const error = await failure(loadConfig({ schema: 3, file: 4, envs: {} } as never));
    expect(error.code).toBe('INVALID_OPTIONS');
    expect(error.message).toContain('- schema: must be a schema of zod 4');
    expect(error.message).toContain('- file: must be a path');
    expect(error.message).toContain('- envs: is not an option');
  });
});

describe('secrets', () => {
  const values = { login: 'hunter22', apiKey: 'k-123', pin: 4711, name: 'x', nested: { webhook: 'https://w' } };
  const open = () =>
    loadConfig({
      schema: z.object({
        login: secret(z.string()).optional(),
        apiKey: z.string(),
        pin: z.number(),
        name: z.string(),
        nested: z.object({ webhook: z.string() }),
      }),
      defaults: values,
      secrets: ['nested.webhook', /^pin$/],
    });

  it('are used as they are and never printed', async () => {
    const config = await open();
    expect(config.login).toBe('hunter22');
    expect({ ...config.nested }).toEqual({ webhook: 'https://w' });
    for (const shown of [inspect(config), JSON.stringify(config), JSON.stringify(explainConfig(config))]) {
      for (const value of ['hunter22', 'k-123', '4711', 'https://w']) expect(shown).not.toContain(value);
      expect(shown).toContain('[secret]');
    }
    expect(Object.isFrozen(config.nested)).toBe(true);
  });

  it('are in no message, even where the check of the user quotes them', async () => {
    const strict = z.object({
      login: secret(z.string().refine(() => false, { error: (issue) => `bad: ${String(issue.input)}` })),
      token: z.number(),
      pass: secret(z.string().min(50)),
    });
    const error = await failure(
      loadConfig({ schema: strict, defaults: { login: 'hunter22', token: 'tok-9' as never, pass: 'pw-77' } }),
    );
    expect(error.message).toContain('login: is wrong; the reason is not shown');
    expect(error.message).toContain('pass: Too small: expected string to have >=50 characters');
    expect(inspect(error)).not.toMatch(/hunter22|tok-9|pw-77/);
  });
});

describe('the text of a configuration', () => {
  const load = async (content: string, values: Record<string, string> = {}, name = 'app.yaml'): Promise<unknown> =>
    loadConfig({ schema: z.any(), file: await file(name, content), env: { values } });

  it.each([
    ['${URL:-http://h/{id}/x}', {}, 'http://h/{id}/x'],
    ['${URL:-http://h/{id}/x}', { URL: 'http://o' }, 'http://o'],
    ['${A:-{"a":{"b":1}}}', {}, '{"a":{"b":1}}'],
    ['${A:-{}', {}, '{'],
    ['${ProgramFiles(x86)}\\x', { 'ProgramFiles(x86)': 'C:\\P (x86)' }, 'C:\\P (x86)\\x'],
    ['${my-var.x}', { 'my-var.x': '1' }, '1'],
    ['${A:-${B:-{c}}}', {}, '{c}'],
    ['$${A} ${B:-b}', {}, '${A} b'],
  ])('%s is filled in', async (text, values, expected) => {
    expect(await load(JSON.stringify({ v: text }), values as Record<string, string>, 'app.json')).toEqual({
      v: expected,
    });
  });

  it.each([
    ['nested defaults', '${A:-'.repeat(20_000) + 'x' + '}'.repeat(20_000), 'has too many'],
    ['defaults with an open brace', '${A:-{}'.repeat(20_000), 'has too many'],
    ['open variables', '${A'.repeat(20_000), 'has a ${ that is not'],
    ['open nested defaults', '${A:-${B:-'.repeat(10_000), 'has a ${ that is not'],
  ])('with thousands of %s is refused quickly', async (_, text, message) => {
    const began = process.cpuUsage();
    expect((await failure(load(JSON.stringify({ v: text }), {}, 'app.json'))).message).toContain(message);
    expect(process.cpuUsage(began).user / 1e3).toBeLessThan(3_000);
  });

  it.each(['${', '${}', '${1A}', '${A', 'x ${ A }'])('%s is refused', async (text) => {
    expect((await failure(load(JSON.stringify({ v: text }), {}, 'app.json'))).message).toContain(
      'has a ${ that is not',
    );
  });

  it('has no whole numbers that JavaScript would round, from any source', async () => {
    expect((await failure(load('a: 9007199254740993'))).message).toContain('a: is a whole number beyond 2^53');
    const environment = loadConfig({
      schema: z.object({ a: z.number(), list: z.array(z.number()) }),
      env: { map: { A: 'a', L: 'list' }, values: { A: '9007199254740993', L: '[1, 9007199254740993]' } },
    });
    const { message } = await failure(environment);
    expect(message).toContain("expected number, received string; got '9007199254740993'");
    expect(message).toContain('list: ');
  });

  it('that is not a file is refused, and nothing hangs', async () => {
    expect((await failure(loadConfig({ schema: z.any(), file: folder }))).message).toContain('it is not a file');
  });
});

describe('a layer of your own', () => {
  it('lies between the file and the environment', async () => {
    const config = await loadConfig({
      schema: z.object({ a: z.string(), b: z.string(), c: z.string() }),
      file: await file('app.json', '{ "a": "file", "b": "file", "c": "file" }'),
      server: {
        name: 'vault',
        read: ({ below }) => Promise.resolve({ value: { b: `over ${(below as { b: string }).b}`, c: 'vault' } }),
      },
      env: { map: { C: 'c' }, values: { C: 'environment' } },
    });
    expect(config).toEqual({ a: 'file', b: 'over file', c: 'environment' });
    expect(explainConfig(config).find(({ path }) => path === 'b')).toEqual({
      path: 'b',
      value: 'over file',
      source: 'vault',
    });
  });

  it.each([
    [
      'rejects',
      () => Promise.reject(new Error('no way to https://u:S3cr3t@h/x')),
      'cannot be read: no way to https://[secret]@h',
    ],
    ['gives no object', () => Promise.resolve({ value: [1] }), 'must give a plain object'],
    ['gives a function', () => Promise.resolve({ value: { a: () => 1 } }), 'cannot be read: '],
  ])('that %s is a problem', async (_, read, message) => {
    const error = await failure(loadConfig({ schema: z.any(), server: { name: 'vault', read: read } }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('(vault)') as string });
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('S3cr3t');
  });
});
