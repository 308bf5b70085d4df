import { readFileSync, writeFileSync } from 'node:fs';
import { defineService } from 'winsvc';
import { adminServer, createAdmin, type AdminOptions } from 'winsvc/admin';
import { openServiceManager } from 'winsvc/manager';

interface Setup {
  readonly name: string;
  readonly services: readonly string[];
  readonly tokens: NonNullable<Exclude<AdminOptions['tokens'], string>>;
}
const at = (name: string): URL => new URL(name, import.meta.url);
const setup = JSON.parse(readFileSync(at('./setup.json'), 'utf8')) as Setup;

/** The API as a service on the real SCM; it writes its address to `url.txt`. */
await defineService({
  name: setup.name,
  async start(ctx) {
    const manager = await openServiceManager();
    const { services, tokens } = setup;
    // The limiter is not in the stage.
    const admin = await createAdmin({
      manager,
      services: [...services, setup.name],
      tokens,
      limits: false,
      allowInstall: true,
      audit: false,
    });
    const server = await adminServer(admin, { port: 0 });
    ctx.onShutdown('server', () => server.close());
    ctx.onShutdown('admin', () => admin.close());
    ctx.onShutdown('manager', () => manager.close());
    writeFileSync(at('./url.txt'), server.url);
  },
}).run();
