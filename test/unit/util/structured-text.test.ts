import * as yaml from 'yaml';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneOf } from '../../support/characters.ts';
import { numRuns } from '../../support/num-runs.ts';
import { decodeText } from '../../../src/util/structured-text/decode-text.ts';
import { parseJson } from '../../../src/util/structured-text/parse-json.ts';
import type { ParsedText } from '../../../src/util/structured-text/parsed-text.ts';
import { parseYaml } from '../../../src/util/structured-text/parse-yaml.ts';

const messageOf = ({ problems }: ParsedText): string | undefined =>
  problems[0] && `${problems[0].line}:${problems[0].column} ${problems[0].message}`;

describe('JSON', () => {
  it('may have comments', () => {
    const parsed = parseJson('// first\n{ "a": [1, /* two */ 2], "b": { "c": null } }\n// end');
    expect(parsed.value).toEqual({ a: [1, 2], b: { c: null } });
    expect(parsed.positions).toContainEqual([['a', 1], { line: 2, column: 22 }]);
    expect(parsed.positions).toContainEqual([['b', 'c'], { line: 2, column: 38 }]);
  });

  it.each([
    ['', '1:1 is not JSON: a value was expected here, and the file ends'],
    ['{ "a": 1,, }', '1:10 is not JSON: a name in double quotes was expected here'],
    ['{\n  "a" 1 }', '2:7 is not JSON: : was expected here'],
    ['{ "a": "S3cr3t', '1:8 is not JSON: this text has no end'],
    ['{ "a": S3cr3t }', '1:8 is not JSON: a value was expected here'],
    ['{ "a": 1 } 2', '1:12 is not JSON: something follows after its end'],
    ['{ "a": 1, "a": 2 }', '1:11 is there twice'],
    ['{ "a": 9007199254740993 }', '1:8 is a whole number beyond 2^53'],
    ['[-9007199254740993]', '1:2 is a whole number beyond 2^53'],
    ['[1e999]', '1:2 is a number beyond the range of JavaScript'],
  ])('%s is a problem with its place', (text, message) => {
    expect(messageOf(parseJson(text))).toContain(message);
    expect(messageOf(parseJson(text))).not.toContain('S3cr3t');
  });

  it.each([
    ['lists', '['.repeat(9_000) + ']'.repeat(9_000), 'deeper than 64'],
    ['objects', '{"a":'.repeat(9_000) + '1' + '}'.repeat(9_000), 'deeper than 64'],
    ['lists without an end', '['.repeat(1_000_000), 'deeper than 64'],
    ['values', `[${'1,'.repeat(200_000)}1]`, 'more than 100000'],
    ['bytes', `"${'a'.repeat(5_000_000)}"`, 'longer than 4 MiB'],
  ])('with too many %s is refused quickly', (_, text, message) => {
    const began = performance.now();
    expect(messageOf(parseJson(text))).toContain(message);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const parsed = parseJson(text);
        if (parsed.problems.length === 0) expect(parsed.value).toEqual(JSON.parse(text));
        else expect(parsed.problems[0]!.message).toMatch(/twice|beyond/);
      }),
      { numRuns },
    );
  });

  it('never throws, and takes nothing that JSON.parse refuses but comments', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: oneOf('{}[]",:\\ \n01e-tn/*') })), (text) => {
        const parsed = parseJson(text);
        if (parsed.problems.length === 0 && !text.includes('/')) expect(parsed.value).toEqual(JSON.parse(text));
      }),
      { numRuns },
    );
  });
});

describe('YAML', () => {
  it.each([
    ['a: &a [*a, *a]', 'deeper than 64'],
    ['a: &a { b: *a }', 'deeper than 64'],
    ['password: *S3cr3t', 'an alias names no anchor'],
    ['a: "S3cr3t', 'a character is missing'],
    ['a: 1\na: 2', 'a name is there twice'],
    ['a:\n\t- 1', 'tab'],
    ['a: 9007199254740993', 'beyond 2^53'],
    ['a: 0x7fffffffffffffff', 'beyond 2^53'],
    ['a: @S3cr3t', 'put it in quotes'],
    ['a: 1\n---\nb: 2', 'several documents'],
    ['!<tag:S3cr3t> [', 'is not YAML'],
  ])('%j is a problem that quotes nothing', (text, message) => {
    const found = messageOf(parseYaml(yaml, text));
    expect(found).toContain(message);
    expect(found).not.toContain('S3cr3t');
  });

  it.each([
    ['flow lists', '['.repeat(9_000) + ']'.repeat(9_000)],
    ['open flow lists', '['.repeat(1_000_000)],
    ['block lists', `${'- '.repeat(20_000)}a`],
    ['block maps', Array.from({ length: 1_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('with deep %s is refused quickly', (_, text) => {
    const began = performance.now();
    expect(messageOf(parseYaml(yaml, text))).toContain('deeper than 64');
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('with aliases that blow it up is refused quickly', () => {
    const lines = Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(', ')}]`);
    const began = performance.now();
    expect(messageOf(parseYaml(yaml, `a0: &a0 x\n${lines.join('\n')}`))).toMatch(/more than 100000|deeper than 64/);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('with anchors, merges and a few aliases is read', () => {
    const parsed = parseYaml(yaml, 'base: &b { x: 1 }\nc:\n  <<: *b\n  y: [*b, 2]');
    expect(parsed).toMatchObject({ value: { base: { x: 1 }, c: { x: 1, y: [{ x: 1 }, 2] } }, problems: [] });
  });

  it('never throws', () => {
    const unit = oneOf('{}[]",:&*!|>-?#% \n\tab1\'', '- ', ': ', '&a ', '*a', '<<: ');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
        expect(parseYaml(yaml, text)).toHaveProperty('problems');
      }),
      { numRuns },
    );
  });
});

describe('the encoding of a file', () => {
  it.each([
    ['UTF-8', Buffer.from('grün'), { text: 'grün', encoding: 'UTF-8' }],
    ['UTF-8 with its mark', Buffer.from('\ufeffgrün'), { text: 'grün', encoding: 'UTF-8' }],
    ['UTF-16 LE', Buffer.from('\ufeffgrün', 'utf16le'), { text: 'grün', encoding: 'UTF-16 LE' }],
    ['UTF-16 LE without its mark', Buffer.from('a: 1', 'utf16le'), { text: 'a: 1', encoding: 'UTF-16 LE' }],
    ['UTF-16 BE', Buffer.from('\ufeffa: 1', 'utf16le').swap16(), { text: 'a: 1', encoding: 'UTF-16 BE' }],
    ['nothing', Buffer.alloc(0), { text: '', encoding: 'UTF-8' }],
    [
      'Windows-1252',
      Buffer.from('a: 1\nb: gr\u00fcn', 'latin1'),
      { problem: expect.stringMatching(/line 2.*Windows-1252/) as string },
    ],
    [
      'a bad pair',
      Buffer.from([0xff, 0xfe, 0, 0xd8, 0x41, 0]),
      { problem: expect.stringContaining('UTF-16 LE') as string },
    ],
  ])('%s is recognized', (_, bytes, expected) => {
    expect(decodeText(bytes)).toEqual(expected);
  });
});
