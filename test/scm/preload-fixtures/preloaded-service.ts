/** A service that runs until it is stopped. Arguments: its name, and options for NODE_OPTIONS or an empty text. */
import { defineService } from 'winsvc';

const [name = '', options = ''] = process.argv.slice(2);
// As if the service had been started with it: threads read it when they begin.
if (options !== '') process.env['NODE_OPTIONS'] = options;
await defineService({ name, logging: { dir: `logs ${name}` }, start: () => undefined }).run();
