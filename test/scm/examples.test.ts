import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { type Program, startNode } from '../console/program.ts';

const NAMES = ['winsvc Démo Ü', 'winsvc Démo orders', 'winsvc Démo mailer', 'winsvc Démo watchdog'];
let demo: Program | undefined;

afterEach(async () => {
  demo?.kill('SIGTERM');
  await demo?.exited;
});

describe('npm run demo:scm', () => {
  it('runs the Express example as a real service, whose slow request outlives the stop, and leaves nothing', async () => {
    demo = startNode('scripts/demo-scm.ts');
    const { code } = await demo.exited;
    expect(code, demo.output).toBe(0);
    const told = demo.output.split('\n').map((line) => line.replace(/\s+/g, ' ').trim());
    expect(told).toContainEqual(expect.stringMatching(/s pause GET \/ → 503 paused PAUSED$/));
    expect(told).toContainEqual(expect.stringMatching(/s stop GET \/ → ECONNREFUSED; \/slow goes on STOP_PENDING$/));
    expect(told).toContainEqual(expect.stringMatching(/GET \/slow → 200 .*"waited":1500.* after 1\.\d s/));
    expect(told).toContainEqual(expect.stringMatching(/process ended with 0 STOPPED$/));
    expect(told).toContainEqual(expect.stringMatching(/s delete the name is free again$/));
    await expectNothingLeft(demo.output);
  });

  it('runs the watchdog, which restarts what crashes, hangs and is killed, and leaves nothing', async () => {
    demo = startNode('scripts/demo-scm.ts', ['--watchdog']);
    const { code } = await demo.exited;
    expect(code, demo.output).toBe(0);
    expect(demo.output).toContain('TerminateProcess');
    expect(demo.output).toMatch(/restart begun [\d.]+ s after the kill/);
    await expectNothingLeft(demo.output);
  }, 300_000);

  // Windows can't send Ctrl+C to another process's console from here.
  it.skipIf(process.platform === 'win32').each([
    ['the Express example', [], 'in flight'],
    ['the watchdog', ['--watchdog'], 'heartbeats seen'],
  ])('leaves nothing at Ctrl+C either: %s', async (_title, args, when) => {
    demo = startNode('scripts/demo-scm.ts', args);
    await demo.waitFor(when, 50_000);
    demo.kill('SIGINT');
    expect(await demo.exited).toEqual({ code: 130, signal: null });
    expect(demo.output).toContain('Interrupted. No process and no service is left.');
    await expectNothingLeft(demo.output);
  });
});

async function expectNothingLeft(output: string): Promise<void> {
  const folder = /install +(\S.*?\S)[\\/](?:express-app|heartbeat-watchdog)/.exec(output)?.[1];
  if (folder === undefined) throw new Error(`no folder in\n${output}`);
  expect(existsSync(folder.replace(/^Z:/, '').replaceAll('\\', '/'))).toBe(false);
  expect(processesOf(folder)).toEqual([]);
  await using rig = await openRig();
  expect((await rig.agent.list()).filter(({ name }) => NAMES.includes(name))).toEqual([]);
}

/** Command lines that name the folder. On Windows the demo itself has waited for the process. */
function processesOf(folder: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map(commandLine)
    .filter((line) => line.includes(folder));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}
