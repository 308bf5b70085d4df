import { parseXml, XmlCdata, XmlElement, XmlError, XmlText } from '@rgrove/parse-xml';
import { ServiceError } from '../../errors/service-error.ts';

/** Element of a settings file: XML, or YAML in the same form. Names are as written. */
export interface SettingElement {
  readonly name: string;
  /** Attributes; in YAML there are none, and children in their place. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly SettingElement[];
  /** Text of the element itself, without spaces around it. */
  readonly text: string;
}

/** Longest settings file, in characters: 1 MiB. */
const MAX_CHARACTERS = 1_048_576;
/** Deepest nesting of elements. The settings of these tools have three levels. */
const MAX_DEPTH = 32;

/**
 * Parses the XML of a settings file.
 *
 * @param what name of the file for messages, which quote nothing else of it
 * @throws ServiceError INVALID_OPTIONS for text that isn't XML, has a DTD, or is larger or deeper than any settings are
 */
export function readXml(text: string, what: string): SettingElement {
  if (text.length > MAX_CHARACTERS) throw invalid(`${what} is longer than 1 MiB: that is no settings file.`);
  if (/<!DOCTYPE/i.test(text)) {
    throw invalid(`${what} has a DTD (<!DOCTYPE), which could name other files: remove it from the file.`);
  }
  if (isTooDeep(text)) throw invalid(`${what} is nested deeper than ${MAX_DEPTH} levels: that is no settings file.`);
  try {
    const { root } = parseXml(text);
    if (!root) throw invalid(`${what} has no element.`);
    return toElement(root);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw invalid(`${what} is not XML: line ${error.line}, column ${error.column} can't be read.`);
  }
}

/** Counts open elements without building them: the parser itself is recursive. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    const skip = SKIPPED.find(([begin]) => text.startsWith(begin, at));
    if (skip) {
      at = text.indexOf(skip[1], at);
      if (at < 0) return false;
    } else if (text[at + 1] === '/') depth -= 1;
    else {
      at = endOfTag(text, at);
      if (at < 0) return false;
      if (text[at - 1] !== '/') depth += 1;
    }
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
const SKIPPED = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/** Place of the `>` that ends a tag, or -1. A `>` in an attribute doesn't end it. */
function endOfTag(text: string, from: number): number {
  let quote = '';
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return at;
  }
  return -1;
}

function toElement({ name, attributes, children }: XmlElement): SettingElement {
  const text = children.filter((child) => child instanceof XmlText || child instanceof XmlCdata);
  return {
    name,
    attributes,
    children: children.filter((child) => child instanceof XmlElement).map(toElement),
    text: text
      .map((child) => child.text)
      .join('')
      .trim(),
  };
}

/** Makes elements of a parsed YAML or JSON value: a list becomes several elements of the same name. */
export function toElements(name: string, value: unknown): readonly SettingElement[] {
  if (Array.isArray(value)) return value.flatMap((item) => toElements(name, item));
  if (typeof value === 'object' && value !== null) {
    const children = Object.entries(value).flatMap(([key, item]) => toElements(key, item));
    return [{ name, attributes: {}, children, text: '' }];
  }
  const text = stringOf(value).trim();
  return [{ name, attributes: {}, children: [], text }];
}

function invalid(message: string): ServiceError {
  return new ServiceError('INVALID_OPTIONS', message);
}

/** Text of a number, a truth value or a text; empty for `null`. */
function stringOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return typeof value === 'string' ? value : '';
}
