// @ts-check
/** The API and the page as a service of its own: queries every service, changes those of `services`. */
import { join } from 'node:path';
import { defineService } from 'winsvc';
import { adminServer, createAdmin } from 'winsvc/admin';
import { openServiceManager } from 'winsvc/manager';

/**
 * A test gives the manager of its mock SCM, a port, and a folder.
 *
 * @param {{ openManager?: () => Promise<import('winsvc/manager').ServiceManager>, port?: number, folder?: string, services?: string[] }} [options]
 */
export function createAdminService(options = {}) {
  const {
    openManager = openServiceManager,
    port = 9080,
    folder = join(process.env['ProgramData'] ?? '.', 'ExampleAdmin'),
    services = ['WinsvcOrders', 'WinsvcMailer'],
  } = options;
  // Only the account of the service, SYSTEM and administrators may read it.
  const access = join(folder, 'access');
  return defineService({
    name: 'ExampleAdmin',
    displayName: 'winsvc example: admin',
    eventLog: true,
    // install gives the account access to it, also when it exists already.
    install: { folders: [access] },
    async start(ctx) {
      const manager = await openManager();
      ctx.onShutdown('manager', () => manager.close());
      const admin = await createAdmin({
        manager,
        // Everything else is read-only.
        services,
        // Make one with: npx winsvc admin token create --file tokens.json --name me --role operator
        tokens: join(access, 'tokens.json'),
        audit: { dir: join(folder, 'audit') },
        log: ctx.log,
      });
      ctx.onShutdown('admin', () => admin.close());
      const server = await adminServer(admin, { port });
      ctx.onShutdown('server', () => server.close());
      ctx.log.info(`Page and API: ${server.url}`);
    },
  });
}
