// @ts-check
/** One run on one SCM: the rig, the staged files, the services that were made, and their end whatever happens. */
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RigError, openRig } from '../../rig/rig.mjs';
import { endAllIn } from './proc.mjs';
import { makeStage } from './stage.mjs';

const RUNNING = 4;
const START_LIMIT_MS = 60_000;
/** ERROR_SERVICE_REQUEST_TIMEOUT. https://learn.microsoft.com/windows/win32/debug/system-error-codes--1000-1299- */
const START_TIMEOUT = 1053;
const START_TRIES = 4;

/** @param {ReturnType<typeof import('./options.mjs').readOptions>} options @param {(text: string) => void} say */
export async function openSession({ node, wine, rounds, idle, dist }, say) {
  const rig = await openRig({ node, wine });
  const { agent } = rig;
  const own = randomBytes(3).toString('hex');
  /** @type {Set<string>} */
  const services = new Set();
  /** @type {Set<number>} */
  const programs = new Set();
  let made = 0;
  const stage = await openStage(rig, dist);
  const quoted = (/** @type {string[]} */ paths) => paths.map((path) => `"${rig.winPath(path)}"`).join(' ');

  /** @param {string} label @param {...string} command paths of this system */
  async function service(label, ...command) {
    const made = await serviceOf(label, quoted(command));
    const [, program] = command;
    if (program !== undefined) stage.nameDefinition(program, made.name);
    return made;
  }

  /** @param {string} label @param {string} imagePath */
  async function serviceOf(label, imagePath) {
    const name = `winsvc-bench-${own}-${label}-${++made}`;
    // First, so that a creation that is cut off is undone too.
    services.add(name);
    await agent.create({ name, imagePath });
    return {
      name,
      start: (/** @type {string[]} */ args = []) => agent.startBench(name, args, RUNNING, START_LIMIT_MS),
      stop: () => agent.stopBench(name),
      /** Only what is stopped. */
      forget: () => forget(name),
      async remove() {
        await agent.stopBench(name);
        await forget(name);
      },
      /**
       * The end of a service that can't stop. Wine's SCM keeps the last state of a service whose process was killed,
       * so this one can't be started again.
       */
      async kill() {
        await end((await agent.status(name)).pid);
        await forget(name);
      },
    };
  }

  /** A bare node.exe, or one with another program. */
  async function bare(program = stage.bare) {
    const started = await agent.spawnBench(rig.winPath(rig.nodeExe), [rig.winPath(program)]);
    programs.add(started.pid);
    return { ...started, kill: () => end(started.pid) };
  }

  /** @param {string} name */
  async function forget(name) {
    await agent.delete(name);
    services.delete(name);
  }

  /** @param {number} pid */
  async function end(pid) {
    await agent.kill(pid).catch(() => {});
    await agent.waitGone(pid, 10_000);
    programs.delete(pid);
  }

  /** @param {import('../../rig/rig.mjs').Rig['agent']} by */
  async function clean(by) {
    for (const pid of programs) await by.kill(pid).catch(() => {});
    for (const name of services) {
      const { pid } = await by.status(name).catch(() => ({ pid: 0 }));
      if (pid !== 0) await by.kill(pid).catch(() => {});
      await by.delete(name).catch(() => {});
    }
  }

  async function close() {
    try {
      const answers = await agent.ping().catch(() => undefined);
      if (answers) return await clean(agent);
      // Ctrl+C in a terminal reaches the agent too.
      const again = await openRig({ node, wine });
      await clean(again.agent).finally(again.close);
    } finally {
      await rig.close();
      // A program whose start was cut off is in no list.
      if (rig.kind === 'wine') endAllIn(rig.winPath(stage.dir));
      stage.remove();
    }
  }

  /**
   * Starts a service, and once more where the SCM waited in vain for its process: on a machine whose processors others
   * keep busy, Wine gives up after 10 s.
   * @param {{ name: string, start: (args?: string[]) => ReturnType<typeof agent.startBench>, stop: () => Promise<unknown> }} service
   * @param {string[]} [args]
   */
  async function startAgain(service, args) {
    for (let tries = 1; ; tries++) {
      try {
        return await service.start(args);
      } catch (error) {
        if (/** @type {{ code?: unknown }} */ (error).code !== START_TIMEOUT || tries === START_TRIES) throw error;
        say(`${service.name} did not connect in time: once more`);
        // The process that was too late, and its state.
        await service.stop().catch(() => {});
      }
    }
  }

  return {
    rig,
    stage,
    startAgain,
    rounds,
    idleMs: idle * 1_000,
    say,
    bare,
    close,
    minimal: () => service('minimal', rig.nodeExe, stage.minimal),
    handlers: () => service('handlers', rig.nodeExe, stage.handlers),
    /** The Express example, on a port that the system picks. */
    express: () => service('express', rig.nodeExe, /** @type {string} */ (stage.express)),
    /** The same, packed by `winsvc pack`. */
    packedExpress: () => {
      const bundle = stage.packExpress();
      return serviceOf('packed', quoted([join(dirname(bundle), 'node.exe'), bundle]));
    },
    /** The Express program, hosted. @param {'--require' | '--import'} by @param {number} port */
    hosted: (by, port) => {
      const host = rig.winPath(join(stage.dir, 'node_modules', 'winsvc', 'dist', 'hosted.cjs'));
      const preload = by === '--require' ? host : pathToFileURL(host, { windows: true }).href;
      return serviceOf(
        'hosted',
        `${quoted([rig.nodeExe])} "${by}=${preload}" ${quoted([stage.hostedExpress])} ${port}`,
      );
    },
    /** The same program under defineService. @param {number} port */
    defined: async (port) => {
      const made = await serviceOf('defined', `${quoted([rig.nodeExe, stage.definedExpress])} ${port}`);
      stage.nameDefinition(stage.definedExpress, made.name);
      return made;
    },
    blocker: () => service('blocker', rig.nodeExe, stage.blocker),
    /** @param {...string} paths where its result goes, and its logs */
    logger: (...paths) => service('logger', rig.nodeExe, stage.logger, ...paths),
    loggers: (/** @type {string[]} */ ...paths) => service('loggers', rig.nodeExe, stage.loggers, ...paths),
    hangOn: () => service('hang-on', rig.nodeExe, stage.hangOn),
    hangOff: () => service('hang-off', rig.nodeExe, stage.hangOff),
    /** The C service, or undefined when it could not be compiled here. */
    floor: async () => (stage.cService === undefined ? undefined : service('c', stage.cService)),
  };
}

/** @typedef {Awaited<ReturnType<typeof openSession>>} Session */
/** @typedef {Awaited<ReturnType<Session['minimal']>>} BenchService */

/** @param {import('../../rig/rig.mjs').Rig} rig @param {string | undefined} dist */
async function openStage(rig, dist) {
  try {
    return makeStage({ modulesDir: rig.modulesDir, nodeExe: rig.nodeExe, dist });
  } catch (error) {
    await rig.close();
    throw error instanceof RigError ? error : new RigError(/** @type {Error} */ (error).message, { cause: error });
  }
}
