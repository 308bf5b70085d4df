import { defineService } from 'winsvc';
import { loadConfig, secret } from 'winsvc/config';
import * as z from 'zod';

// Beside this file: the working folder of a service is System32, where dotenv would look otherwise. A variable that is
// set already stays as it is. With dotenv: `dotenv.config({ path: new URL('.env', import.meta.url), quiet: true })`.
try {
  process.loadEnvFile(new URL('.env', import.meta.url));
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
}

const config = await loadConfig({
  schema: z.strictObject({ port: z.number().default(3000), dbPassword: secret(z.string().min(1)) }),
  // Optional, for the settings that aren't secret.
  env: { map: { PORT: 'port', DB_PASSWORD: 'dbPassword' } },
});

export const service = defineService({
  name: 'WinsvcSecrets',
  displayName: 'winsvc secrets example',
  start(ctx) {
    // Prints { port: 3000, dbPassword: '[secret]' }: a secret is in no output of winsvc.
    console.log(config);
    ctx.log.info('ready', { port: config.port, characters: config.dbPassword.length });
  },
});

await service.run();
