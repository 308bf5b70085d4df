import type * as Yaml from 'yaml';
import { MAX_TEXT_BYTES, MAX_TEXT_DEPTH, MAX_TEXT_NODES, TOO_DEEP, TOO_LONG, TOO_MANY } from './bounds.ts';
import {
  inexactNumber,
  type ParsedText,
  type TextPath,
  type TextPosition,
  type TextProblem,
  unparsable,
} from './parsed-text.ts';

/** Codes of the package yaml in words: its messages quote the text, which may hold a secret. */
const WORDS: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'an alias has an anchor or a tag of its own',
  BAD_ALIAS: 'an alias names no anchor',
  BAD_DIRECTIVE: 'a directive is wrong',
  BAD_DQ_ESCAPE: 'this text has an escape that YAML does not know',
  BAD_INDENT: 'the indentation is wrong',
  BAD_PROP_ORDER: 'an anchor or a tag stands in the wrong place',
  BAD_SCALAR_START: 'a plain text cannot begin so: put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a name must be on one line: is a : missing or the indentation wrong?',
  BLOCK_IN_FLOW: 'a block stands inside [ ] or { }',
  DUPLICATE_KEY: 'a name is there twice',
  IMPOSSIBLE: 'it cannot be read',
  KEY_OVER_1024_CHARS: 'a name is longer than 1024 characters',
  MISSING_CHAR: 'a character is missing: a quote, a bracket, a space or a :',
  MULTILINE_IMPLICIT_KEY: 'a name must be on one line',
  MULTIPLE_ANCHORS: 'a value has two anchors',
  MULTIPLE_DOCS: 'it has several documents, and only one is allowed',
  MULTIPLE_TAGS: 'a value has two tags',
  NON_STRING_KEY: 'a name must be a text',
  TAB_AS_INDENT: 'a tab stands where only spaces may indent',
  TAG_RESOLVE_FAILED: 'a tag cannot be resolved',
  UNEXPECTED_TOKEN: 'something stands where it cannot be',
  BAD_COLLECTION_TYPE: 'a tag does not fit its value',
};

/** Most aliases in one text. */
const MAX_ALIASES = 1_000;

class TextRefusal extends Error {}

/**
 * Parses YAML 1.2 with `<<` merges. Gives line and column of every value. Bounded before any work that grows with the
 * nesting or with aliases; an alias inside its own anchor is too deep.
 */
export function parseYaml(yaml: typeof Yaml, text: string): ParsedText {
  if (text.length > MAX_TEXT_BYTES) return unparsable(TOO_LONG);
  const counter = new yaml.LineCounter();
  const positionOf = (offset: number): TextPosition => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    const deepAt = tooDeepAt(yaml, text);
    if (deepAt !== undefined) return unparsable(TOO_DEEP, { line: deepAt, column: 1 });
    const document = yaml.parseDocument(text, { lineCounter: counter, prettyErrors: false, merge: true });
    const [error] = document.errors;
    if (error) {
      return unparsable(`is not YAML: ${WORDS[error.code] ?? 'it cannot be read'}`, positionOf(error.pos[0]));
    }
    const walk = walkDocument(yaml, document, positionOf);
    // The walk has counted what the aliases repeat.
    const value: unknown = document.toJS({ maxAliasCount: -1 });
    return { value: value ?? {}, ...walk };
  } catch (error) {
    return unparsable(error instanceof TextRefusal ? error.message : 'is not YAML: it cannot be read');
  }
}

function walkDocument(
  yaml: typeof Yaml,
  document: Yaml.Document.Parsed,
  positionOf: (offset: number) => TextPosition,
): Pick<ParsedText, 'positions' | 'problems'> {
  const positions: [TextPath, TextPosition][] = [];
  const problems: TextProblem[] = [];
  const anchors = resolveAliases(yaml, document);
  let nodes = 0;

  function visit(node: unknown, path: TextPath): void {
    nodes += 1;
    if (path.length > MAX_TEXT_DEPTH) throw new TextRefusal(TOO_DEEP);
    if (nodes > MAX_TEXT_NODES) throw new TextRefusal(TOO_MANY);
    const at = yaml.isNode(node) && node.range ? positionOf(node.range[0]) : undefined;
    if (at) positions.push([path, at]);
    const target = yaml.isAlias(node) ? anchors.get(node) : node;
    if (yaml.isAlias(node) && target === undefined) throw new TextRefusal(`is not YAML: ${WORDS['BAD_ALIAS'] ?? ''}`);
    if (yaml.isScalar(target)) {
      const message = typeof target.value === 'number' ? inexactNumber(target.source ?? '', target.value) : undefined;
      if (message !== undefined) problems.push({ ...(at ?? { line: 1, column: 1 }), path, message });
    } else if (yaml.isMap(target)) {
      for (const { key, value } of target.items) {
        const name = yaml.isScalar(key) ? String(key.value) : String(key);
        if (yaml.isNode(key) && key.range) positions.push([[...path, name], positionOf(key.range[0])]);
        visit(value, [...path, name]);
      }
    } else if (yaml.isSeq(target)) {
      target.items.forEach((item, index) => {
        visit(item, [...path, index]);
      });
    }
  }
  visit(document.contents, []);
  return { positions, problems };
}

/** The node of every alias, in one pass: `Alias.resolve` walks the whole document each time. */
function resolveAliases(yaml: typeof Yaml, document: Yaml.Document.Parsed): Map<Yaml.Alias, unknown> {
  const anchors = new Map<string, unknown>();
  const found = new Map<Yaml.Alias, unknown>();
  yaml.visit(document, {
    Alias: (_, alias) => {
      found.set(alias, anchors.get(alias.source));
      if (found.size > MAX_ALIASES) throw new TextRefusal(`is YAML with more than ${MAX_ALIASES} aliases`);
    },
    Node: (_, node) => {
      if (!yaml.isAlias(node) && node.anchor) anchors.set(node.anchor, node);
    },
  });
  return found;
}

/** Line at which the text is nested too deeply, by its tokens alone: the parser itself is recursive. */
function tooDeepAt(yaml: typeof Yaml, text: string): number | undefined {
  const indents: number[] = [];
  let flow = 0;
  let inline = 0;
  let line = 1;
  let atStart = true;
  for (const token of new yaml.Lexer().lex(text)) {
    const type = yaml.CST.tokenType(token);
    if (type === 'flow-seq-start' || type === 'flow-map-start') flow += 1;
    else if (type === 'flow-seq-end' || type === 'flow-map-end') flow -= 1;
    else if (type === 'seq-item-ind' || type === 'explicit-key-ind') inline += 1;
    if (atStart && type === 'space') {
      while ((indents.at(-1) ?? -1) >= token.length) indents.pop();
      indents.push(token.length);
    }
    if (flow + inline + indents.length > MAX_TEXT_DEPTH) return line;
    for (const character of token) if (character === '\n') line += 1;
    atStart = type === 'newline' || token.endsWith('\n');
    if (atStart) inline = 0;
  }
  return undefined;
}
