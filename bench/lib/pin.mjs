// @ts-check
/** `--pin`: everything of the prefix on one CPU. Less scatter, but it hides what runs in parallel. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { layout } from '../../rig/lib/layout.mjs';
import { which } from '../../rig/lib/run.mjs';
import { pidsOf } from './proc.mjs';

/**
 * The server, services.exe (whose children inherit it) and the agent; call it when the agent runs.
 * @param {import('../../rig/lib/layout.mjs').WineLevel} wine
 * @returns {() => void} gives them all CPUs again, with whatever else runs in the prefix by then
 */
export function pinPrefix(wine) {
  if (process.platform !== 'linux' || which('taskset') === undefined) throw new Error('--pin needs Linux and taskset');
  const { prefix } = layout(wine);
  const all = `0-${availableParallelism() - 1}`;
  const set = (/** @type {string} */ cpus) => {
    for (const pid of pidsOf(prefix)) spawnSync('taskset', ['-a', '-p', '-c', cpus, String(pid)], { stdio: 'ignore' });
  };
  set('0');
  return () => set(all);
}
