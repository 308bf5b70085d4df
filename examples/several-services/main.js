/** `node main.js api …` and `node main.js worker …`: each with the verbs install, start, logs, doctor, … */
const [, , role = '', ...args] = process.argv;
const SERVICES = { api: './api.js', worker: './worker.js' };

if (!Object.hasOwn(SERVICES, role)) {
  console.error(`Usage: node main.js ${Object.keys(SERVICES).join('|')} [install | start | … ]`);
  process.exit(2);
}
// Only the module of this role is loaded: one process, one service.
const { service } = await import(SERVICES[role]);
await service.runCli(args);
