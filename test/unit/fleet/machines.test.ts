import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMachines, readMachines } from '../../../src/fleet/machines.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'winsvc machines '));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('names of machines', () => {
  it.each([
    'server1',
    'SERVER-1',
    'web1.contoso.local',
    'rechner_ü',
    '東京1',
    '10.0.0.7',
    '::1',
    'fe80::1%4',
    'a',
    'x'.repeat(63),
  ])('%s is one', (name) => {
    expect(checkMachines([name])).toEqual([name]);
  });

  it.each([
    ...[
      '\\\\server',
      'server\\c$',
      'server/x',
      'a b',
      ' a',
      'a;b',
      'a&b',
      'a|b',
      '"a"',
      "a'b",
      '$(x)',
      '`x`',
      '%TEMP%',
    ],
    ...[
      '-a',
      'a-',
      '.a',
      'a..b',
      'a\0b',
      'a\nb',
      'a\u202eb',
      '',
      '@file',
      'a:b',
      'http://a',
      'x'.repeat(254),
      '*',
      '?',
    ],
  ])('%j is none', (name) => {
    expect(() => checkMachines(['server1', name])).toThrow(/no names or addresses of machines/);
  });

  it('names every wrong one', () => {
    expect(() => checkMachines(['a b', 'good', '\\\\c'])).toThrow('"a b", "\\\\\\\\c"');
    expect(() => checkMachines([1 as never])).toThrow(/1/);
  });
});

describe('a list of machines', () => {
  it('comes from the command line and from files, each name once', async () => {
    const file = join(dir, 'web servers.txt');
    await writeFile(file, '\ufeff# production\r\nweb1, web2   # the first two\r\n\r\n  web3\r\nWEB1\r\n');
    expect(await readMachines('db1,web2')).toEqual(['db1', 'web2']);
    const wide = join(dir, 'utf16.txt');
    await writeFile(wide, Buffer.from('\ufeffdb1\r\ndb2\r\n', 'utf16le'));
    await expect(readMachines(`@${wide}`)).resolves.toEqual(['db1', 'db2']);
    const plain = join(dir, 'list.txt');
    await writeFile(plain, 'web1 # one\nweb2,web3\n#web4\n');
    expect(await readMachines(`@${plain},db1`)).toEqual(['web1', 'web2', 'web3', 'db1']);
    expect(await readMachines(`@${file}`)).toEqual(['WEB1', 'web2', 'web3']);
  });

  it('is refused when it is empty or can not be read', async () => {
    await expect(readMachines(',')).rejects.toThrow(/no machines/);
    await expect(readMachines(`@${join(dir, 'none')}`)).rejects.toThrow(/can't be read: ENOENT/);
    const empty = join(dir, 'empty');
    await writeFile(empty, '# nothing\n');
    await expect(readMachines(`@${empty}`)).rejects.toThrow(/no machines/);
  });
});
