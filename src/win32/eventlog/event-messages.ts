import type { Ffi, NativeMemory } from '../ffi/ffi.ts';
import type { BoundTable } from '../bind-table.ts';
import {
  ERROR_EVT_MAX_INSERTS_REACHED,
  ERROR_EVT_UNRESOLVED_PARAMETER_INSERT,
  ERROR_EVT_UNRESOLVED_VALUE_INSERT,
  EVT_FORMAT_MESSAGE_EVENT,
} from './constants.ts';
import type { READ_FUNCTIONS } from './functions.ts';

/** Publishers whose metadata is kept open: a log has few that write, and many that once did. */
const MAX_PUBLISHERS = 32;
const TEXT_CHARS = 4_096;
/** The text is there all the same. */
const INCOMPLETE: readonly number[] = [
  ERROR_EVT_UNRESOLVED_VALUE_INSERT,
  ERROR_EVT_UNRESOLVED_PARAMETER_INSERT,
  ERROR_EVT_MAX_INSERTS_REACHED,
];

/** The message texts of events, from the message files of who wrote them. All of it reads files: never on the event loop. */
export class EventMessages {
  readonly #ffi: Ffi;
  readonly #api: BoundTable<typeof READ_FUNCTIONS>;
  readonly #session: bigint | undefined;
  /** `undefined`: it is not installed (any more). */
  readonly #publishers = new Map<string, bigint | undefined>();
  #text: NativeMemory;

  constructor(ffi: Ffi, api: BoundTable<typeof READ_FUNCTIONS>, session: bigint | undefined) {
    this.#ffi = ffi;
    this.#api = api;
    this.#session = session;
    this.#text = ffi.alloc(4 + TEXT_CHARS * 2);
  }

  /** https://learn.microsoft.com/windows/win32/api/winevt/nf-winevt-evtformatmessage */
  async format(event: bigint, xml: string): Promise<string | undefined> {
    const publisher = await this.#publisherOf(xml);
    if (publisher === undefined) return undefined;
    for (;;) {
      const { address, buffer } = this.#text;
      const room = (buffer.length - 4) / 2;
      // The text of the event before must not be taken for this one's.
      buffer.fill(0, 0, 6);
      const { value, lastError } = await this.#api.EvtFormatMessage.async(
        publisher,
        event,
        0,
        0,
        null,
        EVT_FORMAT_MESSAGE_EVENT,
        room,
        address + 4n,
        address,
      );
      const used = buffer.readUInt32LE();
      if (used > room) {
        this.#text.free();
        this.#text = this.#ffi.alloc(4 + used * 2);
        continue;
      }
      if (!value && !INCOMPLETE.includes(lastError)) return undefined;
      return buffer
        .toString('utf16le', 4, 4 + used * 2)
        .replace(/\0[^]*$/, '')
        .trimEnd();
    }
  }

  /**
   * Closes the message files of all publishers, and forgets those that had none: while they are open, an update of the
   * program can't replace them, and a source may be installed later.
   */
  release(): void {
    for (const publisher of this.#publishers.values()) if (publisher !== undefined) this.#api.EvtClose(publisher);
    this.#publishers.clear();
  }

  close(): void {
    this.release();
    this.#text.free();
  }

  async #publisherOf(xml: string): Promise<bigint | undefined> {
    const name = providerOf(xml);
    if (name === undefined) return undefined;
    if (!this.#publishers.has(name)) {
      this.#makeRoom();
      const { value } = await this.#api.EvtOpenPublisherMetadata.async(this.#session ?? null, name, null, 0, 0);
      this.#publishers.set(name, value ? (value as bigint) : undefined);
    }
    return this.#publishers.get(name);
  }

  #makeRoom(): void {
    const [oldest] = this.#publishers.entries();
    if (!oldest || this.#publishers.size < MAX_PUBLISHERS) return;
    this.#publishers.delete(oldest[0]);
    if (oldest[1] !== undefined) this.#api.EvtClose(oldest[1]);
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The event log renders its attributes in one way only, so this needs no parser. */
function providerOf(xml: string): string | undefined {
  const name = /<Provider Name=(?:'([^']*)'|"([^"]*)")/.exec(xml);
  return (name?.[1] ?? name?.[2])?.replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => ENTITIES[entity] ?? '');
}
