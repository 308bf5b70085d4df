// @ts-check
/** `--pin`: everything of the prefix on one CPU. Less scatter, but it hides what runs in parallel. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { layout } from '../../rig/lib/layout.mjs';
import { which } from '../../rig/lib/run.mjs';
import { pidsOf } from './proc.mjs';

/**
 * Call it when the agent runs. What the agent and the SCM start has the CPUs that Windows' own call gave to them:
 * Wine's server sets them for each new process, whatever Linux had. The server itself is a process of Linux.
 * @param {import('../../rig/rig.mjs').Rig['agent']} agent
 * @param {import('../../rig/lib/layout.mjs').WineLevel} wine
 * @returns {Promise<() => Promise<void>>} gives them all CPUs again, with whatever else runs in the prefix by then
 */
export async function pinPrefix(agent, wine) {
  if (process.platform !== 'linux' || wine !== 8 || which('taskset') === undefined)
    throw new Error('--pin needs Linux, Wine 8 and taskset');
  const { prefix } = layout(wine);
  const cpus = availableParallelism();
  const set = async (/** @type {string} */ list, /** @type {number} */ mask) => {
    for (const pid of pidsOf(prefix)) spawnSync('taskset', ['-a', '-p', '-c', list, String(pid)], { stdio: 'ignore' });
    await agent.pin(mask);
  };
  await set('0', 1);
  return () => set(`0-${cpus - 1}`, 2 ** cpus - 1);
}
