import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openServiceLogs } from '../../../src/logging/write/service-logs.ts';

describe('a log that somebody deletes', () => {
  for (const what of ['file', 'folder'] as const) {
    it(`is made again with the next line: its ${what}`, async () => {
      const parent = mkdtempSync(join(tmpdir(), 'winsvc lögs '));
      const dir = join(parent, 'logs');
      const errors: Error[] = [];
      const logs = openServiceLogs('Deleted', { dir, captureOutput: false }, (error) => errors.push(error));
      onTestFinished(() => {
        logs.close();
        rmSync(parent, { recursive: true, force: true });
      });
      const file = join(dir, 'Deleted.log');
      const written = (): string[] => readFileSync(file, 'utf8').match(/line \d/g) ?? [];
      logs.log.write('info', 'line 1');
      await vi.waitFor(() => {
        expect(written()).toEqual(['line 1']);
      });
      rmSync(what === 'file' ? file : dir, { recursive: true });
      logs.log.write('info', 'line 2');
      await vi.waitFor(() => {
        expect(written()).toEqual(['line 2']);
      });
      expect(errors).toEqual([]);
    });
  }
});
