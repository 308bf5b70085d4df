import { type Command, EXIT } from '../../command.ts';
import type { Arguments } from '../../input/arguments.ts';
import { UsageError } from '../../input/usage-error.ts';
import { ADMIN_SERVICE, adminFolders, FILE_OPTION, tokenFile } from './files.ts';
import type { Option } from '../../command.ts';

const DEFAULT_PORT = 9080;

/** Options of the server, for `run` and for `install`, which passes them on. */
export const SERVER_OPTIONS: Readonly<Record<string, Option>> = {
  port: { type: 'text', value: 'N', help: `TCP port. Default ${DEFAULT_PORT}.` },
  service: { type: 'list', value: 'NAME', help: 'Service that may be started, stopped and changed. Default: none.' },
  'allow-install': { type: 'flag', help: 'Admins may install services, which gives them the rights of SYSTEM.' },
  ...FILE_OPTION,
};

export const adminRun: Command = {
  name: 'run',
  summary: 'Run the API and the page, in this terminal or as a service.',
  details: `On http://127.0.0.1 only. For other machines put a proxy with TLS before it, or write a service of your own with
adminServer({ tls }): see docs/admin.md.`,
  options: SERVER_OPTIONS,
  examples: [['admin run --service Orders --service Mailer', 'two services can be changed, the others are read-only']],
  async run(cli, args) {
    const port = portOf(args);
    const [defineService, { adminServer, createAdmin }] = await Promise.all([
      cli.loadDefineService?.(),
      import('../../../admin/index.ts'),
    ]);
    if (!defineService) throw new UsageError('"admin run" is a verb of the program winsvc.');
    const service = defineService({
      name: ADMIN_SERVICE,
      displayName: 'winsvc admin',
      async start(ctx) {
        const manager = await cli.manager();
        const admin = await createAdmin({
          manager,
          services: args.list('service') ?? [],
          allowInstall: args.flag('allow-install'),
          tokens: tokenFile(args),
          audit: { dir: adminFolders().audit },
          doctor: async (name) => {
            const [{ gatherService }, { diagnose }] = await Promise.all([
              import('../../doctor/gather.ts'),
              import('../../doctor/diagnose.ts'),
            ]);
            return diagnose(await gatherService(cli, name, undefined));
          },
          log: ctx.log,
        });
        ctx.onShutdown('admin', () => admin.close());
        const server = await adminServer(admin, { port });
        ctx.onShutdown('server', () => server.close());
        ctx.log.info(`Page and API: ${server.url}`);
      },
    });
    await service.run();
    return EXIT.done;
  },
};

/** Returns the port. @throws UsageError */
export function portOf(args: Arguments): number {
  const text = args.text('port');
  if (text === undefined) return DEFAULT_PORT;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port must be a number from 0 to 65535; got "${text}".`);
  return port;
}
