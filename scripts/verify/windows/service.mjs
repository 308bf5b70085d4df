// @ts-check
/**
 * The service of the checks. Its only argument is JSON: `name`, `facts` (the file it writes), and what it does:
 * `exitCode` (fails so, at once), `commands` (`{ name: code }`), `shutdown`, `logDir`.
 */
import { execFileSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { defineService } from 'winsvc';

const { name, facts, exitCode, shutdown, notRun } = JSON.parse(process.argv[2] ?? '{}');

/** @param {string} file @param {...string} args */
function output(file, ...args) {
  try {
    return execFileSync(file, args, { encoding: 'utf8', windowsHide: true });
  } catch (error) {
    return `${String(error)}`;
  }
}

/** @type {Record<string, unknown>} */
const seen = { pid: process.pid, starts: 0, node: process.version, arch: process.arch };
function write() {
  writeFileSync(`${facts}.new`, JSON.stringify(seen));
  renameSync(`${facts}.new`, facts);
}

const service = defineService({
  name,
  ...(shutdown === 'preshutdown' && { shutdown }),
  async start(ctx) {
    Object.assign(seen, {
      args: ctx.args,
      user: userInfo().username,
      groups: output('whoami.exe', '/groups', '/fo', 'csv'),
      privileges: output('whoami.exe', '/priv', '/fo', 'csv'),
    });
    write();
    ctx.log.info('the check runs');
    if (exitCode !== undefined) setImmediate(() => ctx.fail(new Error('as the check wants'), { service: exitCode }));
  },
  stop(ctx) {
    Object.assign(seen, { stopped: ctx.reason, stoppedAt: new Date().toISOString() });
    write();
  },
  pause() {},
  resume() {},
  on: {
    sessionChange(event) {
      Object.assign(seen, { session: event.reason });
      write();
    },
    timeChange() {
      Object.assign(seen, { timeChanged: true });
      write();
    },
  },
  commands: { note: { code: 200, run: () => write() } },
});
if (notRun === undefined) await service.run();
else setInterval(() => undefined, 60_000);
