import {
  mkdtempSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServiceError } from '../../../src/errors/service-error.ts';
import { parseRecord } from '../../../src/secret/secret-record.ts';
import { createSecretStore, type SecretStore } from '../../../src/secret/secret-store.ts';
import { createFakeProtection } from './fake-protection.ts';
import { numRuns } from '../../support/num-runs.ts';

const VALUE = 'S3cr3t-välüe';
let root: string;
let folder: string;
let accounts: (string | undefined)[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'winsvc-secrets-'));
  folder = join(root, 'secrets');
  accounts = [];
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function open(
  facts: { service?: string; key?: string; machine?: string; user?: string; trusted?: boolean } = {},
): SecretStore {
  const { service = 'Orders', key = 'key', machine = 'SERVER1', user = 'orders', trusted = true } = facts;
  return createSecretStore(service, {
    folder,
    protection: () => createFakeProtection(key),
    makeFolder(account) {
      accounts.push(account);
      mkdirSync(folder, { recursive: true });
      return Promise.resolve();
    },
    checkFolder: () =>
      trusted ? Promise.resolve() : Promise.reject(new ServiceError('FOLDER_REFUSED', 'the folder is a link')),
    machine,
    user,
  });
}
const fileOf = (name: string): string => join(folder, `${name}.secret.json`);
async function failureOf(work: Promise<unknown>): Promise<ServiceError> {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(ServiceError);
  expect(inspect(failure)).not.toContain(VALUE.slice(0, 6));
  return failure as ServiceError;
}

describe('the secrets of a service', () => {
  it.each([
    ['umlauts', 'Grüße aus Köln 東京 🚀'],
    ['a newline at its end', 'line\n'],
    ['several lines', '-----BEGIN KEY-----\r\nabc\r\n-----END KEY-----\r\n'],
    ['a NUL', 'a\0b'],
    ['one character', 'x'],
    ['1 MiB', 'é'.repeat(2 ** 19)],
    ['what looks like a variable', '${secret:OTHER}'],
  ])('come back as they were set: %s', async (_, value) => {
    await open().set('DB_PASSWORD', value);
    expect(await open().get('DB_PASSWORD')).toBe(value);
  });

  it('are encrypted in their files, which name everything but the value', async () => {
    await open().set('DB', VALUE);
    const text = readFileSync(fileOf('DB'), 'utf8');
    expect(text).not.toContain(VALUE);
    expect(text).not.toContain(Buffer.from(VALUE).toString('base64'));
    expect(parseRecord(text)).toMatchObject({ name: 'DB', scope: 'machine', machine: 'SERVER1', user: 'orders' });
    expect(readdirSync(folder)).toEqual(['DB.secret.json']);
  });

  it('have names without case', async () => {
    await open().set('db.Password', 'one');
    await open().set('DB.PASSWORD', 'two');
    expect(await open().get('Db.password')).toBe('two');
    expect((await open().list()).map(({ name }) => name)).toEqual(['DB.PASSWORD']);
  });

  it('are listed without their values, and removed once', async () => {
    const store = open();
    expect(await store.list()).toEqual([]);
    await store.set('B', VALUE, { account: 'NT AUTHORITY\\LocalService' });
    await store.set('CON', VALUE, { scope: 'user' });
    expect(accounts).toEqual(['NT AUTHORITY\\LocalService', undefined]);
    expect(await store.list()).toEqual([
      { name: 'B', scope: 'machine', machine: 'SERVER1', user: 'orders', changed: expect.any(Date) as Date },
      { name: 'CON', scope: 'user', machine: 'SERVER1', user: 'orders', changed: expect.any(Date) as Date },
    ]);
    expect(readdirSync(folder)).not.toContain('CON.secret.json');
    expect([await store.remove('b'), await store.remove('b')]).toEqual([true, false]);
    expect((await failureOf(store.get('B'))).code).toBe('SECRET_MISSING');
  });

  it.each(['', ' ', 'a b', '../x', 'a/b', 'a\\b', 'a:b', '1A', 'ä', 'a'.repeat(101), 'a}', 'a\0'])(
    'refuse the name %j',
    async (name) => {
      for (const call of [open().set(name, VALUE), open().get(name), open().remove(name)])
        expect((await failureOf(call)).code).toBe('INVALID_OPTIONS');
    },
  );

  it.each<[string, unknown]>([
    ['nothing', ''],
    ['more than 1 MiB', VALUE.repeat(2 ** 17)],
    ['more than 1 MiB of UTF-8', 'é'.repeat(2 ** 19 + 1)],
    ['half a character', `${VALUE}\ud800`],
    ['a number', 5],
    ['an object', { toString: () => VALUE }],
    ['undefined', undefined],
  ])('refuse %s as a value, and keep the one before', async (_, value) => {
    await open().set('DB', 'before');
    const failure = await failureOf(open().set('DB', value as string));
    expect(failure.code).toBe('INVALID_OPTIONS');
    expect(await open().get('DB')).toBe('before');
  });
});

describe('a secret that can not be read', () => {
  beforeEach(async () => {
    await open().set('DB', VALUE);
  });

  it('is missing where it was never set, with the command that sets it', async () => {
    rmSync(folder, { recursive: true });
    for (const name of ['DB', 'db']) {
      const failure = await failureOf(open().get(name));
      expect(failure.code).toBe('SECRET_MISSING');
      expect(failure.message).toContain('npx winsvc secret set Orders DB');
    }
  });

  const damaged: Readonly<Record<string, (path: string) => void>> = {
    'an empty file': (path) => {
      truncateSync(path, 0);
    },
    'a truncated file': (path) => {
      truncateSync(path, 100);
    },
    garbage: (path) => {
      writeFileSync(path, Buffer.from([0xff, 0xfe, 0, 1, 2, 3]));
    },
    'other JSON': (path) => {
      writeFileSync(path, '[1, 2, {"version": 1}]');
    },
    'a file of another version': (path) => {
      writeFileSync(path, readFileSync(path, 'utf8').replace('"version": 1', '"version": 2'));
    },
    'data that is not base64': (path) => {
      writeFileSync(path, readFileSync(path, 'utf8').replace(/"data": "../, '"data": "$$'));
    },
    'a changed byte': (path) => {
      const record = JSON.parse(readFileSync(path, 'utf8')) as { data: string };
      const data = Buffer.from(record.data, 'base64');
      data[data.length - 1]! ^= 1;
      writeFileSync(path, JSON.stringify({ ...record, data: data.toString('base64') }));
    },
    'truncated data': (path) => {
      const record = JSON.parse(readFileSync(path, 'utf8')) as { data: string };
      writeFileSync(path, JSON.stringify({ ...record, data: record.data.slice(0, 8) }));
    },
    'a huge file': (path) => {
      writeFileSync(path, Buffer.alloc(3 * 2 ** 20, 32));
    },
    'a folder': (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  };
  it.each(Object.entries(damaged))('is one clear error for %s', async (_, damage) => {
    damage(fileOf('DB'));
    const failure = await failureOf(open().get('DB'));
    expect(failure.code).toBe('SECRET_UNREADABLE');
    expect(failure.message).toMatch(
      /^The secret DB of the service "Orders" can't be read: .*npx winsvc secret set Orders DB$/s,
    );
    expect((await open().list()).map(({ name }) => name)).toEqual(['DB']);
    if (_ !== 'a folder') {
      await open().set('DB', 'new');
      expect(await open().get('DB')).toBe('new');
    }
  });

  it('names both machines when the file comes from another one', async () => {
    const failure = await failureOf(open({ machine: 'SERVER2', key: 'other' }).get('DB'));
    expect(failure).toMatchObject({ code: 'SECRET_UNREADABLE', details: { machine: 'SERVER1' } });
    expect(failure.message).toContain('on the machine SERVER1');
    expect(failure.message).toContain('this is SERVER2');
  });

  it('names both accounts when it belongs to another one', async () => {
    await open().set('DB', VALUE, { scope: 'user' });
    const failure = await failureOf(open({ user: 'anna', key: 'other' }).get('DB'));
    expect(failure.code).toBe('SECRET_UNREADABLE');
    expect(failure.message).toContain('for the account orders only; this process runs as anna');
  });

  it('is bound to its name and its service', async () => {
    await open().set('OTHER', 'x');
    writeFileSync(fileOf('OTHER'), readFileSync(fileOf('DB'), 'utf8').replace('"name": "DB"', '"name": "OTHER"'));
    expect((await failureOf(open().get('OTHER'))).code).toBe('SECRET_UNREADABLE');
    renameSync(fileOf('DB'), fileOf('THIRD'));
    expect((await failureOf(open().get('THIRD'))).code).toBe('SECRET_UNREADABLE');
    await open().set('DB', VALUE);
    expect(await open({ service: 'orders' }).get('DB')).toBe(VALUE);
    expect((await failureOf(open({ service: 'Orders2' }).get('DB'))).code).toBe('SECRET_UNREADABLE');
  });

  it('is not read from a folder that another user may have made', async () => {
    expect((await failureOf(open({ trusted: false }).get('DB'))).code).toBe('FOLDER_REFUSED');
  });
});

it('parses any text as the file of a secret without throwing', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.object().map((value) => JSON.stringify({ version: 1, ...value })),
      ),
      (text) => {
        parseRecord(text);
      },
    ),
    { numRuns },
  );
});
