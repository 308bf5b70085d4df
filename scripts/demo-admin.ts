/** `npm run demo:admin`: the API and the page on the mock SCM. Runs on any system. `--once` ends after the first requests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defineService } from '../src/index.ts';
import { adminServer, createAdminClient, openTokenStore } from '../src/admin/index.ts';
import { createAdminWith } from '../src/admin/create-admin.ts';
import { unixFolders } from '../src/admin/unix-folders.ts';
import { systemClock } from '../src/util/clock.ts';
import { createMockScm } from '../src/testing/index.ts';
import { buildPage } from './lib/page-plugin.ts';
import { Story } from './lib/story.ts';

const { once } = parseArgs({ options: { once: { type: 'boolean', default: false } } }).values;
const SERVICES = ['Orders', 'Mailer', 'Reports', 'Importer'] as const;
const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

const startedAt = new Date();
const story = new Story();
story.title('winsvc admin: the API and the page on the mock SCM', `Node ${process.version}, ${process.platform}`);
const folder = await mkdtemp(join(tmpdir(), 'winsvc admin '));
const scm = createMockScm({ clock: 'real' });
const manager = scm.manager();
for (const name of SERVICES) await manager.install(serviceOf(name));
await manager.service('Orders').start();
await manager
  .service('Importer')
  .start()
  .catch(() => undefined);
const store = openTokenStore(join(folder, 'tokens.json'));
const { token } = await store.create({ name: 'demo', role: 'admin' });
const page = new Map(
  [...(await buildPage())].map(([name, content]) => [
    name,
    { content, type: TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain' },
  ]),
);
const admin = await createAdminWith(
  { manager, services: ['Orders', 'Mailer', 'Importer'], tokens: store, audit: { dir: join(folder, 'audit') } },
  {
    clock: systemClock,
    version: 'demo',
    pid: process.pid,
    findLogDir: () => folder,
    readLogs: async function* () {
      yield* await Promise.resolve([]);
    },
    readEvents: undefined,
    // The services of the mock run in this process.
    processUsage: () =>
      Promise.resolve({
        cpuSeconds: process.cpuUsage().user / 1e6,
        memoryBytes: process.memoryUsage().rss,
        startedAt,
      }),
    folders: unixFolders,
    page,
  },
);
const server = await adminServer(admin, { port: once ? 0 : 9080 });
const client = createAdminClient({ url: server.url, token });
const { services } = await client.services();
story.line({
  app: `GET /services: ${services.map(({ name, state }) => `${name} ${state}`).join(', ')}`,
  ok: services.length === 4,
});
const { state, id } = await client.restart('Orders', { reason: 'demo', wait: '10s' });
story.line({ app: `POST /services/Orders/operations: restart ${state} (${id})`, ok: state === 'succeeded' });
const refused = await client.start('Reports').catch((error: unknown) => error);
story.line({
  app: `POST /services/Reports/operations: ${String(refused)}`,
  ok: String(refused).includes('NOT_WRITABLE'),
});
const { records } = await client.audit();
story.line({ app: `GET /audit: ${records.length} records`, ok: records.length > 0 });
if (!once) {
  process.stdout.write(`\nThe page: ${server.url}\nToken:    ${token}\nCtrl+C ends it.\n\n`);
  await new Promise((resolve) => process.once('SIGINT', resolve));
}
await server.close();
await admin.close();
await rm(folder, { recursive: true, force: true });
process.exit(story.summary('Services were listed and restarted over HTTP; what is not writable was refused.'));

function serviceOf(name: (typeof SERVICES)[number]) {
  return defineService({
    name,
    displayName: `${name} of the shop`,
    install: { imagePath: `"C:\\Program Files\\nodejs\\node.exe" "C:\\apps\\${name.toLowerCase()}.js"` },
    start() {
      if (name === 'Importer') throw new Error('the database does not answer');
    },
    stop: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
  });
}
