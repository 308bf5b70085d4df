import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { runProgram } from './eventlog-fixtures/programs.ts';

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
let dir: string;
let results: Record<string, unknown>;

beforeAll(async () => {
  rig = await openRig();
  dir = mkdtempSync(join(tmpdir(), 'winsvc folders '));
  stage = await makeStage({ 'use-folders': 'test/scm/folder-fixtures/use-folders.ts' });
  const { result } = await runProgram(rig, stage, 'use-folders', { dir: rig.winPath(dir) });
  results = result as Record<string, unknown>;
});
afterAll(async () => {
  await rig.close();
  await stage.remove();
  rmSync(dir, { recursive: true, force: true });
});

describe('the folders of a service, by the calls of Windows', () => {
  it('are made once, with missing folders above them, and are written to', () => {
    expect(results).toMatchObject({ new: 'done', again: 'done' });
    expect(results['user']).toMatch(/^S-1-5-/);
    expect(results['facts']).toMatchObject({ isFolder: true, isReparsePoint: false, owner: results['user'] });
  });

  it('are refused when they are files', () => {
    expect(results['file']).toContain('is a file where a folder should be');
  });

  // Wine has no reparse points.
  it.runIf(process.platform === 'win32')('are refused when they are links', () => {
    expect(results['link']).toContain('is a link (reparse point)');
  });

  it('are prepared for an account, again for another one, and checked', () => {
    const [missing] = results['before'] as { state: string }[];
    expect(missing?.state).toBe('missing');
    expect(results['prepared']).toHaveLength(2);
    expect(results['twice']).toHaveLength(3);
    expect((results['after'] as { state: string }[]).map(({ state }) => state)).toEqual([
      'writable',
      'writable',
      'writable',
    ]);
    expect(results['unknown']).toContain('Cannot find the account no such account');
  });
});
