import { createInstance } from './service.js';

const [, , name = 'Shop-1', port = '8081'] = process.argv;
await createInstance(name, Number(port)).run();
