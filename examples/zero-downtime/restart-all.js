import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @param {Pick<import('winsvc/manager').ServiceManager, 'service'>} scm
 * @param {readonly { readonly name: string, readonly ready: string }[]} instances
 */
export async function restartAll(scm, instances) {
  for (const { name, ready } of instances) {
    await scm.service(name).restart();
    // Running isn't enough: the proxy must be able to use it before the next one stops.
    await untilReady(ready);
  }
}

/** @param {string} url */
async function untilReady(url) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > deadline) throw new Error(`${url} isn't ready after 30 s. The other instances were left alone.`);
    await sleep(200);
  }
}
