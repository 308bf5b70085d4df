/**
 * Runs a program under the host of winsvc in a terminal: `node run-hosted.js <options as JSON> <script> [arguments]`. Started
 * by `winsvc run`, in a process of its own, so that the program finds nothing of the command line in it.
 */
import { type HostOptions, hostModule } from './index.ts';

const [, , options = '{}', script = '', ...args] = process.argv;
await hostModule(script, { ...(JSON.parse(options) as HostOptions), args }).run();
