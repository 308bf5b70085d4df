// @ts-check
/** The program: what a terminal and Windows start. */
import { service } from './service.js';

await service.run();
