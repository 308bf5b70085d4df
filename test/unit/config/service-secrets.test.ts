import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { loadConfig } from '../../../src/config/index.ts';
import { textToLayer } from '../../../src/config/layers/text-layer.ts';
import { readServiceSecrets } from '../../../src/config/secrets/service-secrets.ts';
import { ServiceError } from '../../../src/errors/service-error.ts';
import { parseJson } from '../../../src/util/structured-text/parse-json.ts';
import { setRunningService } from '../../../src/util/running-service.ts';

const SECRET = 'S3cr3t-välüe';

/** Fills in a JSON text with the secrets of a service; other names are missing, `BROKEN` can't be read. */
async function fill(value: unknown, secrets: Record<string, string> = {}, service: string | null = 'Orders') {
  const asked: string[] = [];
  const parsed = parseJson(JSON.stringify(value));
  const found = await readServiceSecrets(parsed.value, service ?? undefined, (owner, name) => {
    asked.push(`${owner} ${name}`);
    if (name === 'BROKEN') return Promise.reject(new ServiceError('SECRET_UNREADABLE', 'the file is damaged.'));
    const text = secrets[name.toUpperCase()];
    return text === undefined
      ? Promise.reject(new ServiceError('SECRET_MISSING', `Set it: npx winsvc secret set ${owner} ${name}`))
      : Promise.resolve(text);
  });
  const layer = textToLayer({ from: 'file', file: 'a.json', line: undefined }, parsed, { HOST: 'db1' }, found);
  return { layer, asked, messages: layer.problems.map(({ path, message }) => `${path}: ${message}`) };
}

describe('${secret:NAME} in a configuration file', () => {
  it('is filled in anywhere in a text, is secret, and is read once', async () => {
    const { layer, asked } = await fill(
      { db: { url: 'pg://orders:${secret:DB}@${HOST}/x' }, list: ['${secret:DB}', '${secret:TLS.KEY}'] },
      { DB: SECRET, 'TLS.KEY': 'line 1\nline 2\n' },
    );
    expect(layer.problems).toEqual([]);
    expect(layer.value).toEqual({ db: { url: `pg://orders:${SECRET}@db1/x` }, list: [SECRET, 'line 1\nline 2\n'] });
    expect(layer.secrets).toContain(SECRET);
    expect([...layer.origins.values()].filter(({ secret }) => secret)).toHaveLength(3);
    expect(asked).toEqual(['Orders DB', 'Orders TLS.KEY']);
  });

  it('asks for nothing where a text names no secret, or escapes it', async () => {
    expect((await fill({ a: 'b', n: 1, none: null, text: 'secret:DB' })).asked).toEqual([]);
    const { layer } = await fill({ a: '$${secret:DB}' }, { DB: SECRET });
    expect(layer.value).toEqual({ a: '${secret:DB}' });
  });

  it('is a problem with the command that sets it, or its default', async () => {
    const { messages } = await fill({ db: '${secret:DB}' });
    expect(messages).toEqual([
      'db: needs the secret DB: Set it: npx winsvc secret set Orders DB; ${secret:DB:-…} gives a default',
    ]);
    const { layer, messages: none } = await fill({ db: '${secret:DB:-${HOST}}' });
    expect([layer.value, none]).toEqual([{ db: 'db1' }, []]);
  });

  it('is a problem in spite of a default when it can not be read', async () => {
    const { messages } = await fill({ db: '${secret:BROKEN:-x}', other: '${secret:BROKEN}' });
    expect(messages).toEqual([
      'db: needs the secret BROKEN: the file is damaged',
      'other: needs the secret BROKEN: the file is damaged',
    ]);
  });

  it('belongs to the service of the process unless another is named', async () => {
    const { messages } = await fill({ db: '${secret:DB}' }, { DB: SECRET }, null);
    expect(messages).toEqual([expect.stringMatching(/^db: needs the secret DB, but of which service isn't known: /)]);
    setRunningService('Billing');
    try {
      const { asked } = await fill({ db: '${secret:DB}' }, { DB: SECRET }, null);
      expect(asked).toEqual(['Billing DB']);
    } finally {
      setRunningService(undefined);
    }
  });

  it('is not filled in twice: a secret may look like one', async () => {
    const { layer } = await fill({ db: '${secret:DB}' }, { DB: '${secret:OTHER} ${HOST}' });
    expect(layer.value).toEqual({ db: '${secret:OTHER} ${HOST}' });
  });
});

describe.skipIf(process.platform === 'win32')('${secret:NAME} on another system', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'winsvc-config-'));
  });
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });
  const load = async (text: string): Promise<unknown> => {
    const file = join(dir, 'config.json');
    writeFileSync(file, text);
    return loadConfig({
      schema: z.object({ db: z.string() }),
      file,
      service: 'Orders',
      env: { values: { DB: SECRET } },
    });
  };

  it('is one clear problem', async () => {
    await expect(load('{ "db": "${secret:DB}" }')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/db: needs the secret DB: openSecretStore needs Windows/) as string,
    });
  });

  it('can have a default, such as a variable', async () => {
    expect(await load('{ "db": "${secret:DB:-${DB}}" }')).toMatchObject({ db: SECRET });
    expect(inspect(await load('{ "db": "${secret:DB:-${DB}}" }'))).not.toContain('undefined');
  });
});
