/** Configures a service as a manager would. */
import { readFileSync, writeFileSync } from 'node:fs';
import { openServiceManager } from 'winsvc/manager';

export interface Ask {
  readonly service: string;
  readonly preshutdownTimeout: `${number}s`;
}

const [inFile = '', outFile = ''] = process.argv.slice(2);
const { service, preshutdownTimeout } = JSON.parse(readFileSync(inFile, 'utf8')) as Ask;
const scm = await openServiceManager();
await scm.service(service).configure({ preshutdownTimeout });
await scm[Symbol.asyncDispose]();
writeFileSync(outFile, '{}');
