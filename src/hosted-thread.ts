/**
 * Loaded in each thread of a hosted program. Output that the thread writes to the file descriptors 1 and 2, past its own
 * process.stdout, goes to the logs of the service: they lead nowhere in a service.
 */
import { threadSender } from './hosting/thread-output.ts';
import { captureFileDescriptors } from './logging/capture/capture-fs.ts';

const sender = threadSender();
if (sender) captureFileDescriptors(sender(1), sender(2));
