/** Runs first in each thread of winsvc in an exe that `winsvc pack --sea` made: makes the files inside it known. */
import { embedFiles } from './sea/embed-files.ts';

embedFiles();
