import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { explainConfig, loadConfig, secret } from '../../src/config/index.ts';
import { createRedactor, MIN_SECRET_PIECE } from '../../src/util/redactor.ts';
import { isSecretName, redactName, redactUrls } from '../../src/util/secret-names.ts';
import { oneOf } from '../support/characters.ts';
import { numRuns } from '../support/num-runs.ts';

/** Characters that no text of ours has: a piece that is found is the secret's. */
const character = oneOf('ΩЖЯΨΔΞ§¶¤', '"', '\\', "'", '\n', '😀', '\u202e');
const secretText = fc.string({ unit: character, minLength: MIN_SECRET_PIECE, maxLength: 40 });

function expectHidden(shown: string, hidden: string): void {
  expect({ shown, pieces: piecesShown(shown, hidden) }).toEqual({ shown, pieces: [] });
}

function piecesShown(shown: string, hidden: string): string[] {
  const forms = [hidden, JSON.stringify(hidden).slice(1, -1), encodeURIComponent(hidden)];
  return forms.flatMap((form) =>
    Array.from(
      { length: Math.max(0, form.length - MIN_SECRET_PIECE + 1) },
      (_, at) => form.slice(at, at + MIN_SECRET_PIECE),
      // Every text may have quotes and escapes.
    ).filter(
      (piece) =>
        !/^[\\"'nu{}0-9a-f]+$/i.test(piece) &&
        // With an escape it is less than 4 characters of the secret.
        (form === hidden || !piece.includes('\\')) &&
        shown.includes(piece),
    ),
  );
}

describe('a redactor', () => {
  it('leaves no piece of a secret in any text', () => {
    fc.assert(
      fc.property(secretText, fc.string(), fc.string(), fc.nat(), fc.nat(), (hidden, before, after, from, to) => {
        const redact = createRedactor([hidden]);
        const part = hidden.slice(from % hidden.length, (from % hidden.length) + MIN_SECRET_PIECE + (to % 40));
        for (const text of [
          hidden,
          part,
          JSON.stringify(hidden),
          inspect(hidden),
          encodeURIComponent(hidden.replace(/[\ud800-\udfff]/g, '')),
        ])
          expectHidden(redact(before + text + after), hidden);
      }),
      { numRuns },
    );
  });

  it('changes nothing in a text without a secret', () => {
    fc.assert(
      fc.property(secretText, fc.string({ unit: oneOf('abc xyz.') }), (hidden, text) => {
        expect(createRedactor([hidden])(text)).toBe(text);
      }),
      { numRuns },
    );
  });
});

describe('names of secrets', () => {
  it.each([
    'password',
    'PASSWORD',
    'dbPassword',
    'DB_PASSWORD',
    'PGPASSWORD',
    'pass',
    'smtpPass',
    'DBPASS',
    'db-pass',
    'pwd',
    'MYSQL_PWD',
    'passwd',
    'passphrase',
    'secret',
    'clientSecret',
    'token',
    'tokens',
    'accessKey',
    'AWS_ACCESS_KEY_ID',
    'apikey',
    'api_key',
    'x-api-key',
    'authorization',
    'Authorization',
    'key',
    'hmacKey',
    'keys',
    'jwt',
    'jwtSigner',
    'credentials',
    'connectionString',
    'dsn',
    'cookie',
    'auth',
  ])('%s is one', (name) => {
    expect(isSecretName(name)).toBe(true);
  });
  it.each([
    'port',
    'keepAlive',
    'keyboard',
    'compass',
    'bypass',
    'author',
    'monkey',
    'passive',
    'host',
    'maxPool',
    'turkey',
    'url',
  ])('%s is none', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe('names in messages', () => {
  it.each([
    'password:S3cr3t',
    'password: S3cr3t',
    'x"password":"S3cr3t"',
    "'db.token'='S3 cr3t'",
    'key S3cr3t',
    'pass:a!b',
  ])('%s is not shown', (name) => {
    expect(redactName(name)).toBe('[secret]');
  });
  it.each(['password', 'db.password', 'x-api-key', 'größe', 'C:\\Orders', 'http://host/x', '', '@scope'])(
    '%s is shown',
    (name) => {
      expect(redactName(name)).toBe(name);
    },
  );
  it('hides a value that YAML takes for a part of the name', async () => {
    const file = join(tmpdir(), `winsvc-${process.pid}-name.yaml`);
    await writeFile(file, '{db: {password:S3cr3t}}');
    const schema = z.strictObject({ db: z.strictObject({ password: z.string() }) });
    const error = await loadConfig({ schema, file }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    const shown = inspect(error, { depth: 9 });
    expect(shown).toContain('db.[secret]');
    expect(shown).not.toContain('S3cr3t');
  });
});

describe('URLs in messages', () => {
  it.each([
    ['https://user:S3cr3t@host/path', 'https://[secret]@host/[secret]'],
    ['https://hooks.slack.com/services/T0/B0/S3cr3t', 'https://hooks.slack.com/[secret]'],
    ['https://host?sig=S3cr3t', 'https://host/[secret]'],
    ['postgres://u:S3cr3t@db:5432/x', 'postgres://[secret]@db:5432/[secret]'],
    ['see https://a:S3cr3t@b and http://c/', 'see https://[secret]@b and http://c/'],
    ['http://127.0.0.1:9200', 'http://127.0.0.1:9200'],
    ['no url', 'no url'],
  ])('%s shows as %s', (text, shown) => {
    expect(redactUrls(text)).toBe(shown);
  });
});

describe('a configuration that can not be used', () => {
  const schema = z
    .strictObject({
      port: z.number(),
      password: z.string().min(50).optional(),
      marked: secret(
        z.string().refine((value) => value.length > 50, { error: ({ input }) => `bad: ${String(input)}` }),
      ).optional(),
      list: z.array(secret(z.number())).optional(),
      map: z.record(z.string(), z.object({ token: z.string() })).optional(),
      db: z.object({ pass: z.string() }).optional(),
      url: z.url({ protocol: /^https$/ }).optional(),
      either: z.union([z.number(), z.object({ jwt: z.string() })]).optional(),
    })
    .superRefine((value, ctx) => {
      ctx.addIssue(`whole ${JSON.stringify(value)}`);
    });
  const place = fc.constantFrom(
    (hidden: string) => ({ password: hidden }),
    (hidden: string) => ({ marked: hidden }),
    (hidden: string) => ({ list: [1, hidden] }),
    (hidden: string) => ({ list: hidden }),
    (hidden: string) => ({ map: { a: { token: hidden, b: 1 } } }),
    (hidden: string) => ({ map: { a: hidden } }),
    (hidden: string) => ({ map: hidden }),
    (hidden: string) => ({ db: hidden }),
    (hidden: string) => ({ db: { pass: [hidden] } }),
    (hidden: string) => ({ either: hidden }),
    (hidden: string) => ({ url: `http://user:${encodeURIComponent(hidden.replace(/[\ud800-\udfff]/g, ''))}@host/x` }),
    (hidden: string) => ({ password: '${DB_PASSWORD}', $env: hidden }),
    (hidden: string) => ({ url: 'ftp:${DB_PASSWORD}', $env: hidden }),
  );

  it('shows no piece of a secret, wherever it stands, from every source', async () => {
    const file = join(tmpdir(), `winsvc-redaction-${process.pid}.json`);
    await fc.assert(
      fc.asyncProperty(secretText, place, fc.constantFrom('defaults', 'file', 'args'), async (hidden, put, source) => {
        const { $env, ...value } = put(hidden) as Record<string, unknown>;
        const DB_PASSWORD = $env as string | undefined;
        if (source === 'file' || $env !== undefined) await writeFile(file, JSON.stringify(value));
        const error = await loadConfig({
          schema,
          env: { values: { DB_PASSWORD } },
          ...(source === 'file' || $env !== undefined
            ? { file }
            : source === 'defaults'
              ? { defaults: value }
              : {
                  args: Object.entries(value).map(
                    ([key, item]) => `--${key}=${typeof item === 'string' ? item : JSON.stringify(item)}`,
                  ),
                }),
        }).then(
          () => expect.unreachable('it was accepted'),
          (thrown: unknown) => thrown as Error,
        );
        expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
        for (const shown of [error.message, inspect(error, { depth: 9 }), JSON.stringify(error)])
          expectHidden(shown, hidden);
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    );
  });

  it('shows no piece of a secret of a file that is broken anywhere', async () => {
    for (const name of ['broken.json', 'broken.yaml']) {
      const file = join(tmpdir(), `winsvc-${process.pid}-${name}`);
      await fc.assert(
        // Not within the name: a setting called "passxword" is no secret.
        fc.asyncProperty(
          secretText,
          fc.oneof(fc.nat({ max: 1 }), fc.integer({ min: 11, max: 30 })),
          async (hidden, at) => {
            const good = JSON.stringify({ password: hidden, b: [1, hidden] });
            const name = good.lastIndexOf('"b"');
            fc.pre(at <= name || at > name + 2);
            await writeFile(file, good.slice(0, at) + hidden + good.slice(at));
            const error = await loadConfig({ schema: z.strictObject({ port: z.number() }), file }).catch(
              (thrown: unknown) => thrown as Error,
            );
            expectHidden(inspect(error, { depth: 9 }), hidden);
          },
        ),
        { numRuns: Math.ceil(numRuns / 10) },
      );
    }
  });

  it('prints without its secrets when it is accepted', async () => {
    await fc.assert(
      fc.asyncProperty(secretText, async (hidden) => {
        const config = await loadConfig({
          schema: z.object({ a: z.object({ apiKey: z.string(), hosts: z.array(z.object({ pwd: z.string() })) }) }),
          defaults: { a: { apiKey: hidden, hosts: [{ pwd: hidden }] } },
        });
        expect(config.a.apiKey).toBe(hidden);
        expectHidden(
          inspect(config, { depth: 9 }) + JSON.stringify(config) + JSON.stringify(explainConfig(config)),
          hidden,
        );
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    );
  });
});
