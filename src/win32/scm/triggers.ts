import type { Trigger, TriggerData, TriggerEvent } from '../../scm/trigger.ts';
import { formatGuid, parseGuid } from '../guid.ts';
import type { BlobReader, BlobWriter } from './blob.ts';
import { decodeMultiText, encodeMultiText } from './blob.ts';
import type { ScmStructs } from './structs.ts';

/**
 * Type and subtype of each trigger; no subtype where the definition brings its own.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_trigger
 */
const EVENTS: Record<TriggerEvent, { readonly type: number; readonly guid?: string }> = {
  deviceArrival: { type: 1 },
  firstIpAddress: { type: 2, guid: '{4f27f2de-14e2-430b-a549-7cd48cbc8245}' },
  lastIpAddressLost: { type: 2, guid: '{cc4ba62a-162e-4648-847a-b6bdf993e335}' },
  domainJoin: { type: 3, guid: '{1ce20aba-9851-4421-9430-1ddeb766e809}' },
  domainLeave: { type: 3, guid: '{ddaf516e-58c2-4866-9574-c3b615d42ea1}' },
  firewallPortOpen: { type: 4, guid: '{b7569e07-8421-4ee0-ad10-86915afdad09}' },
  firewallPortClose: { type: 4, guid: '{a144ed38-8e12-4de4-9d96-e64740b1a524}' },
  machinePolicy: { type: 5, guid: '{659fcae6-5bdb-4da9-b1ff-ca2a178d46e0}' },
  userPolicy: { type: 5, guid: '{54fb46c8-f089-464c-b1fd-59d1b62c3b50}' },
  rpcEndpoint: { type: 6, guid: '{bc90d167-9470-4139-a9ba-be0bbbf5b74d}' },
  namedPipeEndpoint: { type: 6, guid: '{1f81d131-3fac-4537-9e0c-7e7b0c2f4b55}' },
  systemState: { type: 7 },
  etw: { type: 20 },
  aggregate: { type: 30 },
};

const DATA = { binary: 1, text: 2, level: 3, keywordAny: 4, keywordAll: 5 } as const;
const ACTIONS = { start: 1, stop: 2 } as const;

export function writeTriggers(writer: BlobWriter, s: ScmStructs, triggers: readonly Trigger[]): void {
  const root = writer.reserve(s.SERVICE_TRIGGER_INFO.size);
  const table = triggers.length > 0 ? writer.reserve(s.SERVICE_TRIGGER.size * triggers.length) : 0;
  writer.write(root, s.SERVICE_TRIGGER_INFO, {
    cTriggers: triggers.length,
    pTriggers: triggers.length > 0 ? writer.base + BigInt(table) : 0n,
  });
  for (const [i, trigger] of triggers.entries()) {
    const { type, guid } = EVENTS[trigger.event];
    const data = trigger.data ?? [];
    const items = data.length > 0 ? writer.reserve(s.SERVICE_TRIGGER_SPECIFIC_DATA_ITEM.size * data.length) : 0;
    for (const [j, item] of data.entries()) {
      const bytes = encodeData(item);
      const pData = writer.data(bytes);
      writer.write(items + j * s.SERVICE_TRIGGER_SPECIFIC_DATA_ITEM.size, s.SERVICE_TRIGGER_SPECIFIC_DATA_ITEM, {
        dwDataType: DATA[item.type],
        cbData: bytes.length,
        pData,
      });
    }
    const subtype = guid ?? trigger.guid;
    const pTriggerSubtype = subtype ? writer.data(parseGuid(subtype)) : 0n;
    writer.write(table + i * s.SERVICE_TRIGGER.size, s.SERVICE_TRIGGER, {
      dwTriggerType: type,
      dwAction: ACTIONS[trigger.action],
      pTriggerSubtype,
      cDataItems: data.length,
      pDataItems: data.length > 0 ? writer.base + BigInt(items) : 0n,
    });
  }
}

export function readTriggers(reader: BlobReader, s: ScmStructs): Trigger[] {
  const { cTriggers, pTriggers } = reader.struct(s.SERVICE_TRIGGER_INFO);
  return Array.from({ length: cTriggers }, (_, i) =>
    readTrigger(reader, s, reader.offset(pTriggers) + i * s.SERVICE_TRIGGER.size),
  );
}

function readTrigger(reader: BlobReader, s: ScmStructs, at: number): Trigger {
  const { dwTriggerType, dwAction, pTriggerSubtype, cDataItems, pDataItems } = reader.struct(s.SERVICE_TRIGGER, at);
  const guid = pTriggerSubtype === 0n ? undefined : formatGuid(reader.data(pTriggerSubtype, 16));
  const event = eventOf(dwTriggerType, guid);
  const data = Array.from({ length: cDataItems }, (_, j): TriggerData => {
    const item = reader.struct(
      s.SERVICE_TRIGGER_SPECIFIC_DATA_ITEM,
      reader.offset(pDataItems) + j * s.SERVICE_TRIGGER_SPECIFIC_DATA_ITEM.size,
    );
    return decodeData(item.dwDataType, reader.data(item.pData, item.cbData));
  });
  return {
    event,
    action: dwAction === ACTIONS.stop ? 'stop' : 'start',
    ...(EVENTS[event].guid === undefined && guid !== undefined ? { guid } : {}),
    ...(data.length > 0 ? { data } : {}),
  };
}

function eventOf(type: number, guid: string | undefined): TriggerEvent {
  const candidates = (Object.keys(EVENTS) as TriggerEvent[]).filter((event) => EVENTS[event].type === type);
  return (
    candidates.find((event) => EVENTS[event].guid === guid) ??
    candidates.find((event) => EVENTS[event].guid === undefined) ??
    'systemState'
  );
}

function encodeData(item: TriggerData): Buffer {
  switch (item.type) {
    case 'binary':
      return Buffer.from(item.value);
    case 'text':
      // One text ends with one NUL, as sc.exe writes it; a list ends with an empty text.
      return item.value.length === 1 ? Buffer.from(`${item.value[0] ?? ''}\0`, 'utf16le') : encodeMultiText(item.value);
    case 'level':
      return Buffer.of(item.value);
    case 'keywordAny':
    case 'keywordAll': {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(item.value);
      return bytes;
    }
  }
}

function decodeData(type: number, bytes: Buffer): TriggerData {
  switch (type) {
    case DATA.text:
      return { type: 'text', value: decodeMultiText(bytes) };
    case DATA.level:
      return { type: 'level', value: bytes[0] ?? 0 };
    case DATA.keywordAny:
    case DATA.keywordAll:
      return { type: type === DATA.keywordAny ? 'keywordAny' : 'keywordAll', value: bytes.readBigUInt64LE() };
    default:
      return { type: 'binary', value: Uint8Array.from(bytes) };
  }
}
