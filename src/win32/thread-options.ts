import { SHARE_ENV, type WorkerOptions } from 'node:worker_threads';

/**
 * Options of the threads that the library starts. They run no code of the app: no preload, loader or inspector flag, neither from
 * the command line of node nor from NODE_OPTIONS. Such code would not fit in their memory.
 *
 * A list of `execArgv` alone makes Node read NODE_OPTIONS again. Where there is one, the environment is a copy without it.
 *
 * Source: https://nodejs.org/api/worker_threads.html#new-workerfilename-options
 */
export function threadOptions(name: string): Pick<WorkerOptions, 'name' | 'execArgv' | 'env' | 'resourceLimits'> {
  return {
    name,
    execArgv: [],
    env: process.env['NODE_OPTIONS'] === undefined ? SHARE_ENV : withoutNodeOptions(process.env),
    // Such a thread holds a few structures and no data of the app.
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, codeRangeSizeMb: 8, stackSizeMb: 1 },
  };
}

/** On Windows the names of variables have no case. */
function withoutNodeOptions(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.toUpperCase() !== 'NODE_OPTIONS'));
}
