/** Restarts the instances one after another; ends with 1 at the first that doesn't come back, and leaves the rest alone. */
import { openServiceManager } from 'winsvc/manager';
import { restartAll } from './restart-all.js';

const scm = await openServiceManager();
try {
  await restartAll(scm, [
    { name: 'Shop-1', ready: 'http://127.0.0.1:8081/readyz' },
    { name: 'Shop-2', ready: 'http://127.0.0.1:8082/readyz' },
  ]);
} finally {
  await scm.close();
}
