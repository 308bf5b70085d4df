/** Installs services and starts all of them at the same moment: `node starter.mjs <port> <service.mjs> <folder>`. */
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openServiceManager } from 'winsvc/manager';

const [, , port = '', service = '', folder = ''] = process.argv;

interface Result {
  readonly running: number;
  readonly failed: readonly string[];
}

async function startMany(count: number): Promise<Result> {
  const names = Array.from({ length: count }, (_, i) => `winsvc parallel ${process.pid} ${i}`);
  // A manager for each, as programs of their own have: one manager makes its calls one after another.
  const managers = await Promise.all(names.map(() => openServiceManager()));
  const services = managers.map((manager, i) => manager.service(names[i] ?? ''));
  try {
    for (const [i, name] of names.entries()) {
      const line = [process.execPath, service, name, 'plain', join(folder, `${i}.json`)];
      await managers[i]?.install({ name, imagePath: line.map((part) => `"${part}"`).join(' '), recovery: null });
    }
    const starts = await Promise.allSettled(services.map((it) => it.start({ timeout: '5m' })));
    const failed = starts.flatMap((start) => (start.status === 'rejected' ? [String(start.reason)] : []));
    const states = await Promise.all(services.map((it) => it.status()));
    return { running: states.filter((it) => it.state === 'running').length, failed };
  } finally {
    await Promise.all(services.map((it) => it.uninstall({ missingOk: true, timeout: '5m' })));
    await Promise.all(managers.map((it) => it.close()));
  }
}

const socket = connect({ host: '127.0.0.1', port: Number(port), noDelay: true });
socket.on('close', () => process.exit(0));
createInterface({ input: socket }).on('line', (line) => {
  const { id, count } = JSON.parse(line) as { id: number; count: number };
  void startMany(count).then(
    (result) => socket.write(`${JSON.stringify({ id, ...result })}\n`),
    (error: unknown) => socket.write(`${JSON.stringify({ id, running: 0, failed: [String(error)] })}\n`),
  );
});
