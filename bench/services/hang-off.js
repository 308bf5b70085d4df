// The same without it.
import { defineService } from 'winsvc';

await defineService({ name: 'WinsvcBenchHangOff', hang: false, start() {} }).run();
