import { ServiceError } from '../../../errors/service-error.ts';
import { lookUp } from '../../../util/look-up.ts';

/** Windows language identifiers; those without a region are of the usual one. Source: https://learn.microsoft.com/openspecs/windows_protocols/ms-lcid/ */
const LANGUAGES: Readonly<Record<string, number>> = {
  ar: 0x0401,
  bg: 0x0402,
  ca: 0x0403,
  'zh-tw': 0x0404,
  'zh-hant': 0x0404,
  cs: 0x0405,
  da: 0x0406,
  de: 0x0407,
  'de-de': 0x0407,
  'de-ch': 0x0807,
  'de-at': 0x0c07,
  el: 0x0408,
  en: 0x0409,
  'en-us': 0x0409,
  'en-gb': 0x0809,
  'en-au': 0x0c09,
  'en-ca': 0x1009,
  es: 0x0c0a,
  'es-es': 0x0c0a,
  'es-mx': 0x080a,
  et: 0x0425,
  fi: 0x040b,
  fr: 0x040c,
  'fr-fr': 0x040c,
  'fr-be': 0x080c,
  'fr-ca': 0x0c0c,
  'fr-ch': 0x100c,
  he: 0x040d,
  hi: 0x0439,
  hr: 0x041a,
  hu: 0x040e,
  id: 0x0421,
  it: 0x0410,
  'it-it': 0x0410,
  ja: 0x0411,
  ko: 0x0412,
  lt: 0x0427,
  lv: 0x0426,
  nl: 0x0413,
  'nl-nl': 0x0413,
  'nl-be': 0x0813,
  nb: 0x0414,
  no: 0x0414,
  nn: 0x0814,
  pl: 0x0415,
  pt: 0x0816,
  'pt-br': 0x0416,
  'pt-pt': 0x0816,
  ro: 0x0418,
  ru: 0x0419,
  sk: 0x041b,
  sl: 0x0424,
  sr: 0x241a,
  sv: 0x041d,
  th: 0x041e,
  tr: 0x041f,
  uk: 0x0422,
  vi: 0x042a,
  zh: 0x0804,
  'zh-cn': 0x0804,
  'zh-hans': 0x0804,
};

/** Languages whose primary identifier belongs to others too: Croatian and Serbian, the two kinds of Norwegian. */
const SHARED_PRIMARY: ReadonlySet<string> = new Set(['hr', 'sr', 'nb', 'nn']);
const PRIMARY_BITS = 10;

/**
 * Returns the Windows identifiers for a language tag, the most fitting first. A tag without a region is neutral, so that
 * `de` is found in Austria too; its second identifier is that of the usual region, for callers that ask for exactly that.
 * `'0x0c07'` is an identifier already.
 *
 * Source: https://learn.microsoft.com/windows/win32/intl/language-identifiers
 *
 * @throws ServiceError INVALID_OPTIONS
 */
export function languageIds(tag: string): readonly [number, ...number[]] {
  if (/^0x[0-9a-f]{1,4}$/i.test(tag)) return [Number(tag)];
  const name = tag.toLowerCase();
  const id = lookUp(LANGUAGES, name);
  if (id === undefined) {
    throw new ServiceError(
      'INVALID_OPTIONS',
      `There is no language "${tag}" in the table of winsvc. Give the Windows language identifier instead, such as '0x0407'.`,
      { details: { language: tag } },
    );
  }
  return name.includes('-') || SHARED_PRIMARY.has(name) ? [id] : [id % 2 ** PRIMARY_BITS, id];
}
