import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const recipes = readdirSync(at('docs/recipes')).map((name) => `docs/recipes/${name}`);
const PAGES = [
  'README.md',
  ...recipes.filter((page) => /^```(?:ts|js)$/m.test(readFileSync(at(page), 'utf8'))),
  'docs/configuration.md',
  'docs/from-a-loop-to-the-watchdog.md',
  'docs/getting-started.md',
  'docs/health.md',
  'docs/heartbeat.md',
  'docs/session-0.md',
  'docs/testing-your-service.md',
  'docs/watchdog.md',
];

interface Fence {
  readonly page: string;
  readonly line: number;
  readonly code: string;
  /** Beside the Express example, so that `./service.js` and `./app.js` are what the pages mean by them. */
  readonly file: string;
}

const fences = PAGES.flatMap((page): Fence[] => {
  const text = readFileSync(at(page), 'utf8');
  return [...text.matchAll(/^```(ts|js)\n([\s\S]*?)^```$/gm)].map(({ 1: language = '', 2: code = '', index }, i) => {
    const name = `${page.replace(/\W/g, '-')}-${i}.${language === 'ts' ? 'mts' : 'mjs'}`;
    return { page, line: text.slice(0, index).split('\n').length, code, file: at(`examples/express-app/${name}`) };
  });
});

describe('the code in the documentation', () => {
  it('is there', () => {
    expect(new Set(fences.map(({ page }) => page))).toEqual(new Set(PAGES));
  });

  it('compiles', { timeout: 60_000 }, () => {
    expect(problemsOf(fences)).toEqual([]);
  });

  it('passes, where it is a test', () => {
    const executed = readFileSync(at('test/examples/docs-tests.test.ts'), 'utf8');
    const tests = fences.filter(({ code }) => code.includes("from 'vitest'"));
    expect(tests.length).toBeGreaterThan(0);
    for (const { code } of tests) expect(executed).toContain(code.replace(/^import .*\n/gm, '').trim());
  });

  it('is noticed when it does not compile', { timeout: 60_000 }, () => {
    const wrong = { page: 'wrong', line: 1, file: at('examples/express-app/wrong.mjs') };
    const code = "import { defineService } from 'winsvc';\ndefineService({ name: 'X' });";
    expect(problemsOf([{ ...wrong, code }])).toEqual([expect.stringContaining("'start' is missing")]);
  });
});

/** What the compiler says of them, with the page and the line there. */
function problemsOf(all: readonly Fence[]): string[] {
  const byFile = new Map(all.map((fence) => [fence.file.replaceAll('\\', '/'), fence]));
  const read = ts.readConfigFile(at('tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, at('.'), { checkJs: true });
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => byFile.has(path) || fileExists(path);
  host.readFile = (path) => byFile.get(path)?.code ?? readFile(path);
  const program = ts.createProgram([...byFile.keys()], options, host);
  const problems = [...byFile.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  return problems.map((problem) => {
    const fence = problem.file && byFile.get(problem.file.fileName);
    const line = problem.file?.getLineAndCharacterOfPosition(problem.start ?? 0).line ?? 0;
    const where = fence ? `${fence.page}:${fence.line + line + 1}` : '';
    return `${where} ${ts.flattenDiagnosticMessageText(problem.messageText, '\n')}`;
  });
}
