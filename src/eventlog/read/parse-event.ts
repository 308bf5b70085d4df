import { parseXml, XmlCdata, XmlElement, XmlText } from '@rgrove/parse-xml';
import type { RenderedEvent } from '../../scm/event-log.ts';
import { type EventLevel, LEVEL_NUMBERS } from './event-query.ts';

/** Event that was read from a log. */
export interface EventEntry {
  /** Number of the record in its log. */
  readonly recordId: number;
  /** Time of the record, to the millisecond. */
  readonly time: Date;
  /** Name of the log. */
  readonly log: string;
  /** Name of the computer. */
  readonly computer: string;
  /** Name of the event source (provider). */
  readonly source: string;
  /** Event id, 0 to 65535, as Event Viewer shows it. */
  readonly id: number;
  /** The 16 bits above the id, which classic sources have; otherwise 0. */
  readonly qualifiers: number;
  /** Level; `'verbose'` also for levels without a name. */
  readonly level: EventLevel;
  /** Result of an audit of the Security log; `undefined`: the event is no audit. */
  readonly audit: 'success' | 'failure' | undefined;
  /** Number of the category (task); 0: none. */
  readonly category: number;
  /** Number of the opcode; 0: information. */
  readonly opcode: number;
  /** Bits of the keywords. */
  readonly keywords: bigint;
  /** Process that wrote the event; `undefined`: not recorded. */
  readonly processId: number | undefined;
  /** Thread that wrote the event; `undefined`: not recorded. */
  readonly threadId: number | undefined;
  /** Security identifier of the user, such as `S-1-5-18`; `undefined`: not recorded. */
  readonly user: string | undefined;
  /** Text that Event Viewer shows; `undefined`: no message file has it, or it wasn't asked for. */
  readonly message: string | undefined;
  /** Parameters in their order. */
  readonly strings: readonly string[];
  /** Parameters that have names. */
  readonly fields: Readonly<Record<string, string>>;
  /** Raw data; `undefined`: none. */
  readonly data: Buffer | undefined;
  /** Whole event, as Windows renders it. */
  readonly xml: string;
}

const AUDIT_FAILURE = 1n << 52n;
const AUDIT_SUCCESS = 1n << 53n;

/** Parses a rendered event. Source: https://learn.microsoft.com/windows/win32/wes/eventschema-schema */
export function parseEvent({ xml, message }: RenderedEvent): EventEntry {
  const event = parseXml(wellFormed(xml)).root;
  const system = child(event, 'System');
  const of = (name: string): XmlElement | undefined => child(system, name);
  const number = (name: string): number => Number(text(of(name)) || 0);
  const execution = of('Execution');
  const keywords = BigInt(text(of('Keywords')) || 0);
  const eventData = child(event, 'EventData') ?? firstElement(child(event, 'UserData'));
  const data = elements(eventData).filter(({ name }) => name !== 'Binary');
  const binary = text(child(eventData, 'Binary'));
  return {
    recordId: number('EventRecordID'),
    time: new Date(attribute(of('TimeCreated'), 'SystemTime') ?? NaN),
    log: text(of('Channel')),
    computer: text(of('Computer')),
    source: attribute(of('Provider'), 'Name') ?? '',
    id: number('EventID'),
    qualifiers: Number(attribute(of('EventID'), 'Qualifiers') ?? 0),
    level: levelOf(number('Level')),
    audit: keywords & AUDIT_FAILURE ? 'failure' : keywords & AUDIT_SUCCESS ? 'success' : undefined,
    category: number('Task'),
    opcode: number('Opcode'),
    keywords,
    processId: optional(attribute(execution, 'ProcessID')),
    threadId: optional(attribute(execution, 'ThreadID')),
    user: attribute(of('Security'), 'UserID'),
    message,
    strings: data.map(text),
    fields: Object.fromEntries(
      data.flatMap((element) => {
        const name = element.name === 'Data' ? attribute(element, 'Name') : element.name;
        return name === undefined ? [] : [[name, text(element)]];
      }),
    ),
    data: binary === '' ? undefined : Buffer.from(binary, 'hex'),
    xml,
  };
}

/** Replaces characters that XML doesn't allow: Windows renders whatever the program wrote. */
function wellFormed(xml: string): string {
  return xml
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
    .replace(/&#(?:x([0-9a-f]+)|(\d+));/gi, (whole, hex?: string, decimal?: string) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      const legal =
        code === 9 || code === 10 || code === 13 || (code >= 32 && code < 0xd800) || (code > 0xdfff && code < 0xfffe);
      return legal || (code > 0xffff && code <= 1_114_111) ? whole : '\ufffd';
    });
}

function levelOf(number: number): EventLevel {
  const found = (Object.keys(LEVEL_NUMBERS) as EventLevel[]).find((name) => LEVEL_NUMBERS[name] === number);
  return found ?? (number === 0 ? 'info' : 'verbose');
}

function elements(parent: XmlElement | undefined): XmlElement[] {
  return (parent?.children ?? []).filter((node) => node instanceof XmlElement);
}

function child(parent: XmlElement | null | undefined, name: string): XmlElement | undefined {
  return elements(parent ?? undefined).find((element) => element.name === name);
}

function firstElement(parent: XmlElement | undefined): XmlElement | undefined {
  return elements(parent)[0];
}

function text(element: XmlElement | undefined): string {
  return (element?.children ?? [])
    .map((node) => (node instanceof XmlText || node instanceof XmlCdata ? node.text : ''))
    .join('');
}

function attribute(element: XmlElement | undefined, name: string): string | undefined {
  const value = element?.attributes[name];
  return value === '' ? undefined : value;
}

function optional(value: string | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}
