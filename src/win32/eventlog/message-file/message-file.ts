import { NtExecutable, NtExecutableResource } from 'pe-library';
import type { MessageText } from '../../../scm/message-file.ts';
import { languageIds } from './languages.ts';
import { encodeMessageTable, encodePassThroughTable } from './message-table.ts';
import { toMessageText } from './message-text.ts';

/** Source: https://learn.microsoft.com/windows/win32/menurc/resource-types */
const RT_MESSAGETABLE = 11;
const ENGLISH = 0x0409;

/** Creates the bytes of a DLL with nothing but these texts. The same texts give the same bytes. */
export function createMessageFile(messages: readonly MessageText[]): Uint8Array {
  const byLanguage = new Map<number, { id: number; text: string }[]>();
  for (const { id, texts } of messages) {
    for (const [language, text] of toLanguages(texts)) {
      byLanguage.set(language, [...(byLanguage.get(language) ?? []), { id, text: toMessageText(text) }]);
    }
  }
  return createResourceDll(
    [...byLanguage].map(([language, table]) => ({ language, table: encodeMessageTable(table) })),
  );
}

/** Texts by language identifier. A text for a language without a region doesn't replace one for a region. */
function toLanguages(texts: MessageText['texts']): ReadonlyMap<number, string> {
  const found = Object.entries(texts).map(([tag, text]) => ({ ids: languageIds(tag), text }));
  const byId = new Map(found.map(({ ids, text }) => [ids[0], text]));
  for (const { ids, text } of found) for (const id of ids) if (!byId.has(id)) byId.set(id, text);
  return byId;
}

/** Creates a DLL that shows the first string of an event as it is, whatever its id and severity. */
export function createPassThroughFile(): Uint8Array {
  return createResourceDll([{ language: ENGLISH, table: encodePassThroughTable('%1') }]);
}

/** Creates a DLL without code: Windows loads it as data, on every architecture. */
function createResourceDll(tables: readonly { language: number; table: Buffer }[]): Uint8Array {
  const file = NtExecutable.createEmpty(false, true);
  const resources = NtExecutableResource.from(file);
  for (const { language, table } of tables) {
    resources.replaceResourceEntry({
      type: RT_MESSAGETABLE,
      id: 1,
      lang: language,
      codepage: 0,
      bin: new Uint8Array(table).buffer,
    });
  }
  resources.outputResource(file);
  return new Uint8Array(file.generate());
}
