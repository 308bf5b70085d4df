// @ts-check
/** The program of all three services: `node main.js watchdog`, `orders` or `mailer`. Tests import what it imports. */
const [, , which = 'watchdog'] = process.argv;

/** @type {Record<string, () => Promise<import('winsvc').Service<never>>>} */
const services = {
  watchdog: async () => (await import('./watchdog.js')).createWatchdogService(),
  orders: async () => (await import('./orders.js')).createOrdersService(),
  mailer: async () => (await import('./mailer.js')).createMailerService(),
};

const load = services[which];
if (!load) throw new Error(`There is no service "${which}": say ${Object.keys(services).join(', ')}.`);
await (await load()).run();
