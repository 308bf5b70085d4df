// @ts-check
/** Writes through pino's worker transport and through winston, as a user's program does. Argument: the event source. */
import { once } from 'node:events';
import pino from 'pino';
import winston from 'winston';
import { installEventSource, removeEventSource } from 'winsvc/eventlog';
import { EventLogTransport } from 'winsvc/eventlog/winston';

const source = process.argv[2] ?? '';
await installEventSource({ source });

const transport = pino.transport({ target: 'winsvc/eventlog/pino', options: { source, level: 'info' } });
// pino's worker doesn't keep the process alive.
const alive = setInterval(() => {}, 60_000);
await once(transport, 'ready');
const logger = pino(transport);
logger.child({ requestId: 7 }).info('from pino');
logger.error({ err: new Error('boom'), eventId: 4711 }, 'pino failed');
transport.end();
await once(transport, 'close');
clearInterval(alive);

const other = winston.createLogger({ transports: [new EventLogTransport({ source })] });
other.info('below the level');
other.warn('from winston', { eventId: 4712 });
other.end();
await once(other, 'finish');
await removeEventSource({ source });
