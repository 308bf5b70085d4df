import type * as Yaml from 'yaml';
import type { ParsedFile } from './parse-json.ts';
import type { Path } from './schema.ts';

/** YAML 1.2 (with `<<` merges) and the line of every value. */
export function parseYaml(yaml: typeof Yaml, text: string): ParsedFile {
  const counter = new yaml.LineCounter();
  // Pretty errors quote the line, which may hold a secret.
  const document = yaml.parseDocument(text, { lineCounter: counter, prettyErrors: false, merge: true });
  const lineAt = (offset: number): number => Math.max(1, counter.linePos(offset).line);
  const lines: [Path, number][] = [];

  function visit(node: unknown, path: Path): void {
    if (path.length > 100) return;
    if (yaml.isNode(node) && node.range) lines.push([path, lineAt(node.range[0])]);
    const target = yaml.isAlias(node) ? node.resolve(document) : node;
    if (yaml.isMap(target)) {
      for (const { key, value } of target.items) {
        const name = yaml.isScalar(key) ? String(key.value) : String(key);
        if (yaml.isNode(key) && key.range) lines.push([[...path, name], lineAt(key.range[0])]);
        visit(value, [...path, name]);
      }
    } else if (yaml.isSeq(target)) {
      target.items.forEach((item, index) => {
        visit(item, [...path, index]);
      });
    }
  }

  const problems = document.errors.map((error) => ({
    line: lineAt(error.pos[0]),
    path: [],
    message: `is not YAML: ${withoutContent(error.message)}`,
  }));
  if (problems.length > 0) return { value: undefined, lines: [], problems };
  try {
    // Fails where aliases blow a small file up to a huge value.
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    visit(document.contents, []);
    return { value: value ?? {}, lines, problems: [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { value: undefined, lines: [], problems: [{ line: 1, path: [], message: `is not YAML: ${message}` }] };
  }
}

function withoutContent(message: string): string {
  return message.replace(/:?\s*["'`][\s\S]*$/, '').trim() || 'it cannot be read';
}
