// @ts-check
/** Stops a service, and says whether its process could be opened before, and was there after. Arguments: name, pid. */
import { openServiceManager } from 'winsvc/manager';

const [, , name = '', pid = ''] = process.argv;

/** ESRCH: there is no such process; EPERM: this account can't open it. */
function openProcess() {
  try {
    process.kill(Number(pid), 0);
    return 'opened';
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code;
  }
}

process.stdout.write(`before: ${openProcess()}\n`);
const scm = await openServiceManager();
await scm.service(name).stop();
process.stdout.write(`after: ${openProcess()}\n`);
await scm.close();
