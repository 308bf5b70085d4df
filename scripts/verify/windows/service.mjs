// @ts-check
/**
 * Service of the checks. Its only argument is JSON: `name`, `facts` (the file it writes), and its behavior:
 * `exitCode` (fails at once), `stopFails`, `shutdown`, `notRun`, `unprotect` (texts to decrypt), `heartbeat`
 * (`{ pipe, key }`), `run` (programs to run at the start, each with its arguments).
 */
import { execFileSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { defineService } from 'winsvc';

const { name, facts, exitCode, stopFails, shutdown, notRun, unprotect, heartbeat, run } = JSON.parse(
  process.argv[2] ?? '{}',
);

/** @param {string} file @param {...string} args */
function output(file, ...args) {
  try {
    return execFileSync(file, args, { encoding: 'utf8', windowsHide: true });
  } catch (error) {
    // sc.exe writes its errors to standard output.
    const { stdout = '' } = /** @type {{ stdout?: string }} */ (error);
    return `${stdout}${String(error)}`;
  }
}

/** @param {string} text */
async function decrypt(text) {
  const secret = await import('winsvc/secret');
  return secret.unprotect(text).catch((error) => /** @type {{ code: string }} */ (error).code);
}

/** @type {Record<string, unknown>} */
const seen = {
  pid: process.pid,
  node: process.version,
  arch: process.arch,
  argv: process.argv.slice(3),
  variable: process.env['WINSVC_VERIFY'],
};
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
      user: output('whoami.exe').trim(),
      groups: output('whoami.exe', '/groups', '/fo', 'csv'),
      privileges: output('whoami.exe', '/priv', '/fo', 'csv'),
    });
    if (run !== undefined) seen['outputs'] = run.map((/** @type {[string, ...string[]]} */ line) => output(...line));
    if (unprotect !== undefined) seen['secrets'] = await Promise.all(unprotect.map(decrypt));
    write();
    ctx.log.info('the check runs');
    if (heartbeat !== undefined) {
      const { createHeartbeatSender } = await import('winsvc/heartbeat');
      const { pipe, key } = heartbeat;
      const sender = createHeartbeatSender({ id: name, to: { pipe }, key, interval: '200ms' });
      sender.start();
      ctx.onShutdown('heartbeat', () => sender.stop());
    }
    if (exitCode !== undefined) setImmediate(() => ctx.fail(new Error('as the check wants'), { service: exitCode }));
  },
  stop(ctx) {
    Object.assign(seen, { stopped: ctx.reason, stoppedAt: new Date().toISOString() });
    write();
    if (stopFails) throw new Error('the stop handler fails, as the check wants');
  },
  pause() {},
  resume() {},
  on: {
    timeChange() {
      Object.assign(seen, { timeChanged: true });
      write();
    },
  },
  commands: { note: { code: 200, run: () => write() } },
});
if (notRun === undefined) await service.run();
else setInterval(() => undefined, 60_000);
