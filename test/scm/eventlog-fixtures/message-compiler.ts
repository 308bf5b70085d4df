import type { CatalogData } from '../../../src/eventlog/catalog/catalog.ts';

/** A language for the message compiler. */
export interface Language {
  readonly tag: string;
  readonly id: number;
  readonly name: string;
}

const SEVERITIES = { success: 'Success', info: 'Informational', warn: 'Warning', error: 'Error' } as const;

/**
 * A catalogue as the source text of a message compiler, written by hand for each of its rules and not by what the
 * library does: its own notation for `%`, a `.` after each text.
 */
export function toMessageCompilerText({ events, categories }: CatalogData, languages: readonly Language[]): string {
  const message = (id: number, severity: string, name: string, texts: Readonly<Record<string, string>>): string => {
    const parts = languages.map(({ tag, name: language }) => `Language=${language}\n${escape(texts[tag] ?? '')}\n.\n`);
    return `MessageId=${id}\nSeverity=${severity}\nSymbolicName=${name}\n${parts.join('')}`;
  };
  return [
    'MessageIdTypedef=DWORD\n',
    'SeverityNames=(Success=0x0:SEVERITY_S\n    Informational=0x1:SEVERITY_I\n    Warning=0x2:SEVERITY_W\n    Error=0x3:SEVERITY_E\n)\n',
    `LanguageNames=(${languages.map(({ name, id }) => `${name}=0x${id.toString(16)}:MSG${id.toString(16).padStart(5, '0')}`).join('\n')})\n\n`,
    ...categories.map(({ texts }, index) => message(index + 1, 'Success', `CATEGORY_${index + 1}`, texts)),
    ...events.map(({ id, severity, texts }, index) =>
      message(id, SEVERITIES[severity as keyof typeof SEVERITIES], `EVENT_${index}`, texts),
    ),
  ].join('');
}

/** `% ` is a blank to it, `%0` the end of a text, `%1!…!` a format. */
function escape(text: string): string {
  return text.replaceAll('% ', '%% ').replaceAll('%0', '%%0').replaceAll('%1!', '%1%!');
}
