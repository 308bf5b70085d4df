// A service made of a program that knows nothing of services: node host-module.mjs <port> <children>
import { hostModule } from 'winsvc';

const [port, children] = process.argv.slice(2);
await hostModule(new URL('./web.cjs', import.meta.url), { name: 'winsvc module', args: [port], children }).run();
