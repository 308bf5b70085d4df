import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { openRig } from '../../../rig/rig.mjs';
import type { Stage } from '../../contract/support/stage.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let runs = 0;

/** A program of Windows that runs. */
export interface Running {
  readonly ended: Promise<Ended>;
  kill(): void;
}

/** Runs a program of Windows to its end. Its output goes to files: a newer Wine fails at pipes. */
export function runCommand(
  rig: Awaited<ReturnType<typeof openRig>>,
  stage: Stage,
  exe: string,
  args: readonly string[],
  cwd = stage.dir,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return startCommand(rig, stage, exe, args, cwd, env).ended;
}

/** Starts a program of Windows. */
export function startCommand(
  rig: Awaited<ReturnType<typeof openRig>>,
  stage: Stage,
  exe: string,
  args: readonly string[],
  cwd = stage.dir,
  env: Readonly<Record<string, string>> = {},
): Running {
  const files = ['stdout', 'stderr'].map((name) => join(stage.dir, `run-${++runs}.${name}`));
  const fds = files.map((file) => openSync(file, 'w'));
  const child = rig.spawnWin(exe, args, { stdio: ['ignore', ...fds], cwd, env });
  for (const fd of fds) closeSync(fd);
  const ended = once(child, 'exit').then(([code]) => {
    const [stdout = '', stderr = ''] = files.map((file) => readFileSync(file, 'utf8'));
    return { code: code as number, stdout, stderr };
  });
  return { ended, kill: () => child.kill('SIGKILL') };
}
