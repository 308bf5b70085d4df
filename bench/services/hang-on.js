// A service that does nothing, with what looks for a hung event loop.
import { defineService } from 'winsvc';

await defineService({ name: 'WinsvcBenchHangOn', start() {} }).run();
