import { NtExecutable, NtExecutableResource } from 'pe-library';
import type { MessageText } from '../../../scm/message-file.ts';
import { languageId } from './languages.ts';
import { encodeMessageTable, encodePassThroughTable } from './message-table.ts';
import { toMessageText } from './message-text.ts';

/** https://learn.microsoft.com/windows/win32/menurc/resource-types */
const RT_MESSAGETABLE = 11;
const ENGLISH = 0x0409;

/** The bytes of a DLL with nothing but these texts in it. The same texts give the same bytes. */
export function createMessageFile(messages: readonly MessageText[]): Uint8Array {
  const byLanguage = new Map<number, { id: number; text: string }[]>();
  for (const { id, texts } of messages) {
    for (const [tag, text] of Object.entries(texts)) {
      const language = languageId(tag);
      byLanguage.set(language, [...(byLanguage.get(language) ?? []), { id, text: toMessageText(text) }]);
    }
  }
  return createResourceDll(
    [...byLanguage].map(([language, table]) => ({ language, table: encodeMessageTable(table) })),
  );
}

/** A DLL that shows the first string of an event as it is, whatever its id and severity. */
export function createPassThroughFile(): Uint8Array {
  return createResourceDll([{ language: ENGLISH, table: encodePassThroughTable('%1') }]);
}

/** It has no code: Windows loads it as data, on every architecture. */
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
