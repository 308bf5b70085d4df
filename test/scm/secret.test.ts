import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { missing } from '../oracle/compile.ts';
import { runProgram } from './eventlog-fixtures/programs.ts';

const VALUE = 'S3cr3t-välüe 🚀';
const reason = process.platform === 'win32' ? 'the compiler is that of Linux' : missing('x64');
if (reason) process.stdout.write(`secrets against C: skipped: ${reason}\n`);

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
let dir: string;
let results: Record<string, unknown>;

/** Runs the C program. */
async function runC(verb: 'protect' | 'unprotect', from: string, to: string): Promise<number | null> {
  const args = [verb, rig.winPath(from), rig.winPath(to)];
  const child = rig.spawnWin(join(dir, 'secret.exe'), args, { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

beforeAll(async () => {
  rig = await openRig();
  dir = mkdtempSync(join(tmpdir(), 'winsvc secrets '));
  mkdirSync(join(dir, 'data'));
  stage = await makeStage({ 'use-secrets': 'test/scm/secret-fixtures/use-secrets.ts' });
  writeFileSync(join(dir, 'plain'), VALUE);
  writeFileSync(join(dir, 'c.bin'), '');
  if (reason === undefined) {
    const flags = ['-O1', '-Wall', '-Wextra', '-Werror', '-o', join(dir, 'secret.exe')];
    execFileSync('x86_64-w64-mingw32-gcc', [...flags, 'test/scm/secret-fixtures/secret.c', '-lcrypt32']);
    expect(await runC('protect', join(dir, 'plain'), join(dir, 'c.bin'))).toBe(0);
  }
  const job = { dir: rig.winPath(dir), fromC: rig.winPath(join(dir, 'c.bin')) };
  ({ result: results } = (await runProgram(rig, stage, 'use-secrets', job)) as { result: Record<string, unknown> });
});
afterAll(async () => {
  await rig.close();
  await stage.remove();
  rmSync(dir, { recursive: true, force: true });
});

describe('DPAPI', () => {
  it('gives back what was protected, for the machine and for the user', () => {
    expect(results).toMatchObject({ 'machine round': VALUE, 'user round': VALUE });
    expect(results).toMatchObject({ '1 MiB': true, 'NUL and newline': 'a\0b\n' });
  });

  it.each(['other context', 'garbage', 'empty', 'truncated', 'changed'])('refuses: %s', (name) => {
    expect(results[name]).toMatchObject({ code: 'SECRET_UNREADABLE' });
    expect(JSON.stringify(results[name])).not.toContain('S3cr3t');
  });

  it.skipIf(reason !== undefined)('is called as C calls it: each reads what the other wrote', async () => {
    expect(results['from C']).toBe(VALUE);
    for (const scope of ['machine', 'user']) {
      expect(results[`${scope} for C`]).toBe('done');
      const [from, to] = [join(dir, `${scope}.bin`), join(dir, `${scope}.txt`)];
      expect(readFileSync(from).includes(Buffer.from('S3cr3t'))).toBe(false);
      expect(await runC('unprotect', from, to)).toBe(0);
      expect(readFileSync(to, 'utf8')).toBe(VALUE);
    }
  });
});

describe('the secrets of a service', () => {
  it('are kept in its private folder, listed and removed', () => {
    expect(results).toMatchObject({
      missing: { code: 'SECRET_MISSING' },
      set: 'done',
      get: VALUE,
      'set for account': 'done',
      'get for account': VALUE,
      list: ['DB machine', 'KEY machine'],
      remove: true,
    });
    expect(results['folder']).toMatch(/\\data\\Orders\\secrets$/);
    expect(readFileSync(join(dir, 'data', 'Orders', 'secrets', 'DB.secret.json'), 'utf8')).not.toContain('S3cr3t');
  });
});
