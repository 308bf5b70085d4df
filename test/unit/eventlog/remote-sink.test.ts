import { describe, expect, it } from 'vitest';
import { createRemoteSink } from '../../../src/eventlog/write/remote-sink.ts';
import type { EventRecord } from '../../../src/scm/event-log.ts';
import { createLogRig } from './fakes.ts';

const RECORD: EventRecord = {
  severity: 'info',
  eventId: 1,
  category: 0,
  strings: ['x'],
  data: undefined,
  user: undefined,
};

describe('the event log of a machine whose registry can not be read', () => {
  it('takes records all the same, with one warning', async () => {
    const { options } = createLogRig();
    const warnings: string[] = [];
    const written: EventRecord[] = [];
    const sink = createRemoteSink(
      {
        ...options,
        port: {
          open: () => {
            throw new Error('not local');
          },
          openRemote: () =>
            Promise.resolve({
              warning: 'unknown source',
              report: (record) => Promise.resolve(void written.push(record)),
              close: () => undefined,
            }),
        },
        refused: { ...options.refused, warn: (message) => warnings.push(message) },
      },
      'server1',
    );
    for (let i = 0; i < 3; i++) sink.write({ record: RECORD, split: true, text: 'x' });
    await sink.flush();
    expect([written.length, warnings]).toEqual([3, ['unknown source']]);
  });
});
