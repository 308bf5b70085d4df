import { describe, expect, it } from 'vitest';
import type { Trigger, TriggerData } from '../../../../src/scm/trigger.ts';
import { BlobReader, buildBlob } from '../../../../src/win32/scm/blob.ts';
import { S } from '../../../../src/win32/scm/structs.ts';
import { readTriggers, writeTriggers } from '../../../../src/win32/scm/triggers.ts';
import { FakeFfi } from '../fake-ffi.ts';

function write(triggers: readonly Trigger[]): BlobReader {
  const memory = buildBlob(new FakeFfi(), (writer) => {
    writeTriggers(writer, S, triggers);
  });
  return new BlobReader(memory.buffer, memory.address);
}

/** Bytes of the first data item of a trigger, as Windows finds them. */
function dataBytes(data: TriggerData): Buffer {
  const reader = write([{ event: 'namedPipeEndpoint', action: 'start', data: [data] }]);
  const { pTriggers } = reader.struct(S.SERVICE_TRIGGER_INFO);
  const { pDataItems } = reader.struct(S.SERVICE_TRIGGER, reader.offset(pTriggers));
  const { cbData, pData } = reader.struct(S.SERVICE_TRIGGER_SPECIFIC_DATA_ITEM, reader.offset(pDataItems));
  return reader.data(pData, cbData);
}

describe('the data of a trigger', () => {
  it.each([
    [['pipe'], 'pipe\0'],
    [['Prüfung 試験'], 'Prüfung 試験\0'],
    [[''], '\0'],
    [['7', 'TCP', 'C:\\a.exe', 'svc'], '7\0TCP\0C:\\a.exe\0svc\0\0'],
    [['one', 'two'], 'one\0two\0\0'],
  ])('text %j ends with one NUL, a list with two', (value, expected) => {
    expect(dataBytes({ type: 'text', value }).toString('utf16le')).toBe(expected);
  });

  it('of the other types has the bytes that were given', () => {
    expect(dataBytes({ type: 'binary', value: Uint8Array.of(1, 0, 255) })).toEqual(Buffer.of(1, 0, 255));
    expect(dataBytes({ type: 'level', value: 4 })).toEqual(Buffer.of(4));
    const keyword = dataBytes({ type: 'keywordAll', value: 0x8000_0000_0000_0001n });
    expect(keyword).toEqual(Buffer.of(1, 0, 0, 0, 0, 0, 0, 0x80));
  });

  it.each<Trigger[]>([
    [],
    [{ event: 'namedPipeEndpoint', action: 'start', data: [{ type: 'text', value: ['pipe'] }] }],
    [
      { event: 'firewallPortOpen', action: 'start', data: [{ type: 'text', value: ['7', 'TCP'] }] },
      { event: 'etw', action: 'stop', guid: '{4f27f2de-14e2-430b-a549-7cd48cbc8245}' },
    ],
  ])('is read back as it was written: %j', (...triggers) => {
    const given = triggers.flat();
    expect(readTriggers(write(given), S)).toEqual(given);
  });
});
