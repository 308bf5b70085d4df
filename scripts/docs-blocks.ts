import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { PROBLEM_CODES } from '../src/admin/api/problem-codes.ts';
import { win32Codes } from '../src/errors/win32-codes.ts';
import { HEALTH_TRANSITIONS } from '../src/health/states.ts';
import { ACTIONS, STATE_TRANSITIONS, STATES } from '../src/scm/states.ts';
import { WINDOWS_REFUSALS, type WindowsRefusal } from '../src/testing/scm/windows-refusals.ts';
import { WATCHDOG_TRANSITIONS } from '../src/watchdog/decision/states.ts';
import { faultRows } from './lib/faults-block.ts';
import { programRows } from './lib/programs-block.ts';
import { recipeRows } from './lib/recipes-block.ts';

interface Block {
  /** From the root of the project. */
  readonly file: string;
  /** The block stands between `<!-- generated:NAME -->` and `<!-- /generated:NAME -->`. */
  readonly name: string;
  render(): string;
}

const code = (text: string): string => `\`${text}\``;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const moves = (next: Readonly<Record<string, readonly string[]>>): string =>
  table(
    ['State', 'May become'],
    Object.entries(next).map(([state, others]) => [code(state), others.map(code).join(', ')]),
  );

const blocks: readonly Block[] = [
  {
    file: 'docs/admin.md',
    name: 'problems',
    render: () =>
      table(
        ['Code', 'Status', 'Meaning', 'What to do'],
        Object.entries(PROBLEM_CODES).map(([name, { status, title, hint }]) => [code(name), `${status}`, title, hint]),
      ),
  },
  { file: 'docs/hosting.md', name: 'programs', render: () => table(...programRows()) },
  { file: 'docs/health.md', name: 'states', render: () => moves(HEALTH_TRANSITIONS) },
  { file: 'docs/watchdog.md', name: 'states', render: () => moves(WATCHDOG_TRANSITIONS) },
  {
    file: 'docs/lifecycle.md',
    name: 'states',
    render: () =>
      table(
        ['State', 'May become', 'Can be asked to'],
        STATES.map((state) => [
          code(state),
          STATE_TRANSITIONS[state].map(code).join(', '),
          Object.entries(ACTIONS)
            .filter(([, { from }]) => (from as readonly string[]).includes(state))
            .map(([move]) => move)
            .join(', ') || '–',
        ]),
      ),
  },
  {
    file: 'docs/lifecycle.md',
    name: 'diagram',
    render: () => {
      const arrows = STATES.flatMap((state) => STATE_TRANSITIONS[state].map((next) => `  ${state} --> ${next}`));
      return ['```mermaid', 'stateDiagram-v2', '  [*] --> stopped', ...arrows, '```'].join('\n');
    },
  },
  { file: 'docs/reliability.md', name: 'faults', render: () => table(...faultRows()) },
  { file: 'docs/testing.md', name: 'recipes', render: () => table(...recipeRows()) },
  {
    file: 'docs/testing.md',
    name: 'refusals',
    render: () =>
      table(
        ['Name', 'Call', 'Answer', 'When', 'Source'],
        Object.entries<WindowsRefusal>(WINDOWS_REFUSALS).map(([name, row]) => [
          code(name),
          row.call,
          row.code === undefined ? 'success' : code(row.nodeCode ?? row.code),
          row.when,
          `[page](${row.page})`,
        ]),
      ),
  },
  {
    file: 'docs/errors.md',
    name: 'win32',
    render: () =>
      table(
        ['Code', 'Symbol', 'Meaning', 'What to do'],
        Object.entries(win32Codes()).map(([number, entry]) => [
          number,
          code(entry.symbol),
          entry.text,
          'hint' in entry ? entry.hint : '',
        ]),
      ),
  },
];

const path = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

/** Files that are copies of others, so that an example works by itself. */
const COPIES = [{ file: 'examples/heartbeat-watchdog/style.css', of: 'src/admin/page/style.css' }] as const;

/** The pages that have generated blocks, and the copies, as they are and as they should be. */
export async function renderDocs(): Promise<{ file: string; path: string; before: string; after: string }[]> {
  const files = [...new Set(blocks.map(({ file }) => file))];
  const copies = COPIES.map(({ file, of }) => {
    const [before, after] = [file, of].map((each) => readFileSync(path(each), 'utf8').replaceAll('\r\n', '\n'));
    return { file, path: path(file), before: before as string, after: after as string };
  });
  const pages = await Promise.all(
    files.map(async (file) => {
      const before = readFileSync(path(file), 'utf8').replaceAll('\r\n', '\n');
      const filled = blocks.filter((block) => block.file === file).reduce(fill, before);
      const after = await format(filled, { ...(await resolveConfig(path(file))), parser: 'markdown' });
      return { file, path: path(file), before, after };
    }),
  );
  return [...pages, ...copies];
}

function fill(text: string, { file, name, render }: Block): string {
  const [open, close] = [`<!-- generated:${name} -->`, `<!-- /generated:${name} -->`];
  const [from, to] = [text.indexOf(open), text.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`${file} has no ${open} … ${close}`);
  return `${text.slice(0, from + open.length)}\n\n${render()}\n\n${text.slice(to)}`;
}
