import { describe, expect, it } from 'vitest';
import winston from 'winston';
import { EventLogTransport } from '../../../src/eventlog/winston/index.ts';

/** Elsewhere than on Windows the records come to the fallback, which shows what was written. */
function createRig(options: { levels?: Record<string, 'error'>; level?: string } = {}) {
  const records: { level: string; message: string; data: unknown }[] = [];
  const fallback = {
    write: (level: string, message: string, data: unknown) => void records.push({ level, message, data }),
  };
  const transport = new EventLogTransport({ source: 'Test', fallback, ...options });
  const logger = winston.createLogger({
    level: 'silly',
    levels: { ...winston.config.npm.levels, alert: 0 },
    format: winston.format.errors({ stack: true }),
    transports: [transport],
  });
  return { logger, transport, records: () => records.slice(1) };
}

describe.skipIf(process.platform === 'win32')('EventLogTransport', () => {
  it('writes from warn up unless told otherwise', () => {
    const { logger, records } = createRig();
    logger.info('no');
    logger.warn('yes');
    logger.error('yes too');
    expect(records().map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'yes'],
      ['error', 'yes too'],
    ]);
  });

  it('shows the fields and the stack, and takes the id from them', () => {
    const { logger, records } = createRig();
    logger.error(Object.assign(new Error('boom'), { eventId: 4711, order: 5 }));
    const [record] = records();
    expect(record?.message).toMatch(/^boom\n\norder: 5\n\nError: boom\n {4}at /);
    expect(record?.data).toMatchObject({ eventId: 4711 });
  });

  it('maps levels of your own', () => {
    const { logger, records } = createRig({ levels: { alert: 'error' }, level: 'silly' });
    logger.log('alert', 'help');
    logger.log('silly', 'lala');
    expect(records().map(({ level }) => level)).toEqual(['error', 'info']);
  });

  it('closes with its logger', () => {
    const { logger, transport } = createRig();
    logger.close();
    expect(() => {
      transport.log?.({ level: 'warn', message: 'late' }, () => undefined);
    }).toThrow(expect.objectContaining({ code: 'CLOSED' }) as Error);
  });
});
