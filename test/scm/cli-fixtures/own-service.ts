import { writeFileSync } from 'node:fs';
import { defineService } from 'winsvc';

/** A program with a service and its command line. */
const service = defineService({
  name: 'winsvc cli Prüfung 東京',
  displayName: 'winsvc 命令行',
  description: 'Für die Prüfung der Befehlszeile',
  async start(ctx) {
    ctx.checkpoint('half way');
    const seen = { args: ctx.args, argv: process.argv.slice(2) };
    writeFileSync(new URL('./seen.json', import.meta.url), JSON.stringify(seen));
    if (ctx.args.includes('fail')) throw new Error('told to fail');
  },
  pause() {},
  resume() {},
  commands: { rotateLogs: { code: 200, run() {} } },
  install: { startType: 'demand', dependencies: ['RpcSs'], environment: { PORT: '39181' } },
});
await service.runCli();
