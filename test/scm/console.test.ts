import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openRig, type Rig } from '../../rig/rig.mjs';
import { installDemoService, removeDemoService } from '../../scripts/lib/real-demo-scm.ts';
import { stagePackage, type Stage } from '../support/stage.mjs';

const NAME = 'winsvc Console-Probe';
const RUNNING = 4;
const ATTEMPTS = 5;
let rig: Rig;
let stage: Stage;
let script: string;

beforeAll(async () => {
  rig = await openRig();
  stage = await stagePackage({ rig });
  script = join(await stage.add('examples/minimal'), 'service.js');
});
afterAll(async () => {
  await rig.close();
  await stage.remove();
});

interface ConsoleProgram {
  readonly exited: Promise<number | null>;
  output(): string;
  /** Wine makes a CTRL_C_EVENT of it. */
  ctrlC(): void;
  kill(): void;
}

// On Windows nothing but a program on the same console can send Ctrl+C; docs/testing.md lists it as unproven there.
describe.skipIf(process.platform === 'win32')('the same program without the SCM, on node.exe', () => {
  it('is told 1063 by the dispatcher, runs as a console program, and stops gracefully at Ctrl+C', async () => {
    const program = await startRunning();
    program.ctrlC();
    expect(await program.exited).toBe(0);
    expect(program.output().split('\n')).toEqual([
      'WinsvcMinimal: starting',
      'WinsvcMinimal: running (Ctrl+C stops)',
      'WinsvcMinimal: stopping (Ctrl+C), at most 20 s; once more ends at once',
      'WinsvcMinimal: stopped',
      '',
    ]);
  });
});

/**
 * Wine's dispatcher makes a program that is no service wait as long as the service that was started last lives. So one
 * is started and ended before; somebody else's may come between, hence the attempts.
 */
async function startRunning(): Promise<ConsoleProgram> {
  for (let attempt = 1; ; attempt++) {
    await runAndStopService();
    const program = spawnProgram(join(stage.dir, `output-${attempt}.txt`));
    try {
      await vi.waitUntil(() => program.output().includes('running'), { timeout: 8_000 });
      return program;
    } catch (error) {
      program.kill();
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function runAndStopService(): Promise<void> {
  const { agent } = rig;
  await installDemoService(agent, NAME, `"${rig.winPath(rig.nodeExe)}" "${rig.winPath(script)}"`);
  await agent.startBench(NAME, [], RUNNING, 30_000);
  await agent.stopBench(NAME);
  await removeDemoService(agent, NAME);
}

function spawnProgram(file: string): ConsoleProgram {
  // A file: what Node calls a pipe is a socket, which node.exe can't open under Wine.
  const fd = openSync(file, 'w');
  const child = rig.spawnWin(rig.nodeExe, [rig.winPath(script)], { stdio: ['ignore', fd, fd] });
  closeSync(fd);
  return {
    exited: new Promise((resolve) => child.once('exit', resolve)),
    output: () => readFileSync(file, 'utf8'),
    ctrlC: () => child.kill('SIGINT'),
    kill: () => child.kill('SIGKILL'),
  };
}
