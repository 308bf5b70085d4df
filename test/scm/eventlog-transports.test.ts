import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { stagePackage } from '../support/stage.mjs';

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Awaited<ReturnType<typeof stagePackage>>;

beforeAll(async () => {
  rig = await openRig();
  stage = await stagePackage({ rig, packages: ['pino', 'winston'] });
});
afterAll(async () => {
  await rig.close();
  await stage.remove();
});

// Wine prints what ReportEventW got; Windows would have to be read back.
describe.runIf(process.platform === 'linux')('loggers on Windows', () => {
  it('reach the event log through pino in its worker, and through winston', async () => {
    const program = await stage.add('test/scm/eventlog-fixtures/use-loggers.mjs');
    const logFile = join(stage.dir, 'trace.log');
    const fd = openSync(logFile, 'w');
    const child = rig.spawnWin(rig.nodeExe, [rig.winPath(program), `winsvc loggers ${process.pid}`], {
      stdio: ['ignore', fd, fd],
      env: { WINEDEBUG: 'trace+eventlog,warn+eventlog,err+eventlog' },
    });
    closeSync(fd);
    const [code] = (await once(child, 'exit')) as [number];
    const trace = readFileSync(logFile, 'utf8');
    expect(code, trace).toBe(0);
    // Type, category and id of each record.
    const reports = [...trace.matchAll(/:ReportEventW \(\w+,(\w+),(\w+),(\w+),/g)].map(([, ...args]) => args);
    expect(reports).toEqual([
      ['0x0004', '0x0000', '0x00000001'],
      ['0x0001', '0x0000', '0x00001267'],
      ['0x0002', '0x0000', '0x00001268'],
    ]);
    expect(trace).toContain('L"from pino\\n\\nrequestId: 7"');
    expect(trace).toMatch(/L"pino failed\\n\\nError: boom/);
    expect(trace).toContain('L"from winston"');
  });
});
