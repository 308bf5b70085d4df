import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import pino from 'pino';
import { parseLevel } from '../../../src/eventlog/write/log-level.ts';
import { createPinoWriter } from '../../../src/eventlog/pino/pino-writer.ts';
import pinoEventLog from '../../../src/eventlog/pino/index.ts';
import { createLogRig } from './fakes.ts';

let rig: ReturnType<typeof createLogRig>;
let logger: pino.Logger;
beforeEach(() => {
  rig = createLogRig();
  const write = createPinoWriter(rig.log, parseLevel('info'));
  logger = pino({ level: 'trace' }, { write });
});

describe('what pino writes', () => {
  it('has the severity of its level', () => {
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) logger[level](level);
    expect(rig.fake.records.map(({ severity, strings }) => [strings[0], severity])).toEqual([
      ['info', 'info'],
      ['warn', 'warn'],
      ['error', 'error'],
      ['fatal', 'error'],
    ]);
  });

  it('shows its fields, child bindings and the stack, and takes id and category from it', () => {
    logger
      .child({ requestId: 7 })
      .error({ err: new Error('boom'), eventId: 4711, category: 2, at: { x: 1 } }, 'failed');
    const [record] = rig.fake.records;
    expect(record).toMatchObject({ eventId: 4711, category: 2 });
    expect(record?.strings[0]).toMatch(/^failed\n\nrequestId: 7\nat: \{ x: 1 \}\n\nError: boom\n {4}at /);
  });

  it.each([
    ['a text', 'books'],
    ['a negative number', -1],
    ['a number that is too large', 65_536],
    ['a fraction', 1.5],
  ])('shows a field named category or eventId that is %s', (_, value) => {
    logger.error({ eventId: value, category: value }, 'failed');
    expect(rig.fake.records[0]).toMatchObject({
      eventId: 3,
      category: 0,
      strings: [`failed\n\neventId: ${value}\ncategory: ${value}`],
    });
  });

  it('is kept when it is no JSON', () => {
    createPinoWriter(rig.log, 40)('Segmentation fault');
    expect(rig.fake.records[0]?.strings).toEqual(['Segmentation fault']);
  });
});

describe('the transport', () => {
  let stderr: string[];
  const original = process.stderr.write.bind(process.stderr);
  beforeEach(() => {
    stderr = [];
    process.stderr.write = (text) => stderr.push(String(text)) > 0;
  });
  afterEach(() => {
    process.stderr.write = original;
  });

  it.skipIf(process.platform === 'win32')(
    'puts lines together that came in pieces, and loses none elsewhere',
    async () => {
      // With what pino adds to the options of every transport.
      const stream = pinoEventLog({ source: 'Test', ...{ $context: {}, pinoWillSendConfig: true } });
      const line = Buffer.from('{"level":50,"msg":"grün"}\n{"level":40,"msg":"last"}');
      for (const byte of line) stream.write(Buffer.from([byte]));
      await new Promise((done) => stream.end(done));
      expect(stderr.join('')).toContain('grün');
      expect(stderr.join('')).toContain('last');
    },
  );

  it('refuses a level that there is not', () => {
    expect(() => pinoEventLog({ source: 'Test', level: 'loud' as never })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }) as Error,
    );
  });
});
