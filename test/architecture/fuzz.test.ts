import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Verbs of functions that format, parse or redact. */
const NAME =
  /\bexport (?:async )?(?:function|const) ((?:parse|format|decode|encode|redact|quote|escape|split|clean|printable|interpolate|expandVariables|tidy|plainMarkdown|cutBytes|fillIn|textAs)[A-Z]?\w*)/g;

/** Functions that no property runs, with the reason. A new one: add it to test/property, or here. */
const NOT_FUZZED: Readonly<Record<string, string>> = {
  decodeBase: 'reads what QueryServiceConfigW wrote; its layout is held to C by test/oracle',
  encodePassThroughTable: 'has a constant text',
  formatExit: 'formats a number',
  formatPlan: 'joins lines of printable, which is fuzzed',
  formatTable: 'calls renderTable and renderPlain, which are fuzzed',
  parserFor: 'chooses between parseJson and parseYaml, which are fuzzed',
  parseServiceOptions: 'takes options of the program itself: test/unit/service/options.test.ts',
  parseArguments: 'is the library commander; its inputs are those of the user',
  quoteArgument: 'is called by buildCommandLine, which is fuzzed',
  redactedKey: 'writes as many * as a key has bytes',
};

const list = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

describe('npm run fuzz', () => {
  const names = new Set(
    list('src', '.ts').flatMap((path) => [...readFileSync(path, 'utf8').matchAll(NAME)].map(([, name = '']) => name)),
  );
  const fuzzed = list('test', '.test.ts')
    .map((path) => readFileSync(path, 'utf8'))
    .filter((text) => text.includes('support/num-runs.ts'))
    .join('\n');

  it.each([...names].sort())('runs %s', (name) => {
    const isFuzzed = new RegExp(`\\b${name}\\b`).test(fuzzed);
    expect(isFuzzed || name in NOT_FUZZED, `Add ${name} to test/property, or to NOT_FUZZED here.`).toBe(true);
  });

  it('has an exception only for functions that exist and are not fuzzed', () => {
    const stale = Object.keys(NOT_FUZZED).filter((name) => !names.has(name));
    expect(stale).toEqual([]);
  });

  it('finds every property with a number of runs of its own', () => {
    const wrong = list('test', '.test.ts').filter((path) => {
      const text = readFileSync(path, 'utf8');
      return text.includes('fc.assert(') && !text.includes('support/num-runs.ts');
    });
    expect(wrong).toEqual([]);
  });
});
