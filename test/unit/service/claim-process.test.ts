import { describe, expect, it } from 'vitest';
import { defineService } from 'winsvc';
import type { HostConnection, HostKind, ServiceHost } from '../../../src/host/service-host.ts';
import { MockProcess } from '../../../src/testing/host/mock-process.ts';
import { createManualClock } from '../../support/manual-clock.ts';

/** A host that starts the service at once, and counts how often it is asked to. */
function createHost(kind: HostKind) {
  let connected = 0;
  const connection: HostConnection = {
    args: [],
    startDeadline: Number.POSITIVE_INFINITY,
    report: () => undefined,
    stopped: () => Promise.resolve(),
    stoppedNow: () => undefined,
  };
  const host: ServiceHost = {
    kind,
    clock: createManualClock(),
    process: new MockProcess(() => undefined),
    log: { write: () => undefined },
    connect: () => {
      connected++;
      return Promise.resolve(connection);
    },
  };
  return {
    host,
    get connected() {
      return connected;
    },
  };
}
const define = (name: string) => defineService({ name, start: () => undefined });

describe('a process', () => {
  it.each(['console', 'scm', 'mock'] as const)(
    'starts a service once, also when run() is called twice in one tick (%s)',
    async (kind) => {
      const rig = createHost(kind);
      const service = define('Twice');
      const options = { host: rig.host, exit: false } as const;
      const [first, second] = [service.run(options), service.run(options)];
      await expect(second).rejects.toMatchObject({ code: 'ALREADY_RUNNING' });
      expect(rig.connected).toBe(1);
      service.stop();
      await expect(first).resolves.toMatchObject({ exit: { win32: 0 } });
      expect(rig.connected).toBe(1);
    },
  );

  it.each(['console', 'scm'] as const)('runs one service at a time (%s)', async (kind) => {
    const [orders, mail] = [createHost(kind), createHost(kind)];
    const service = define('Orders');
    const running = service.run({ host: orders.host, exit: false });
    await expect(define('Mail').run({ host: mail.host, exit: false })).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
      details: { service: 'Mail', running: 'Orders' },
    });
    expect(mail.connected).toBe(0);
    service.stop();
    await running;
    // The process is free again.
    const next = define('Mail');
    const after = next.run({ host: mail.host, exit: false });
    await Promise.resolve();
    next.stop();
    await expect(after).resolves.toMatchObject({ exit: { win32: 0 } });
  });

  it('runs any number of services on mocked hosts', async () => {
    const services = [define('A'), define('B')];
    const runs = services.map((service) => service.run({ host: createHost('mock').host, exit: false }));
    await Promise.resolve();
    for (const service of services) service.stop();
    await expect(Promise.all(runs)).resolves.toHaveLength(2);
  });
});
