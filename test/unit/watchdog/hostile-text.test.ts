// Text that comes from elsewhere: log lines, events, names.
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { cleanText } from '../../../src/watchdog/decision/clean-text.ts';
import { createWatchdog, type WatchdogOptions } from '../../../src/watchdog/index.ts';
import { createNotice, groupNotices } from '../../../src/watchdog/notify/notice.ts';
import { cutJsonBytes, plainMarkdown } from '../../../src/watchdog/notify/plain-markdown.ts';
import { webhookRequest } from '../../../src/watchdog/notify/webhook-forms.ts';
import { createLogTail } from '../../../src/watchdog/sources/log-tail.ts';
import { createMatcher } from '../../../src/watchdog/sources/matcher.ts';
import { patternProblem } from '../../../src/watchdog/sources/pattern-problem.ts';
import { advanceUntil } from './advance-until.ts';
import { numRuns } from '../../support/num-runs.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winsvc-text-'));
  file = join(folder, 'app.log');
});
afterEach(() => rm(folder, { recursive: true }));

describe('patterns', () => {
  it.each([/(a+)+$/, /(a|aa)+$/, /(.*a){20}$/, /^(([a-z])+.)+[A-Z]([a-z])+$/])(
    'that backtrack for ever elsewhere take no time: %s',
    async (pattern) => {
      const began = performance.now();
      expect((await createMatcher({ patterns: [pattern] }))?.(`${'a'.repeat(8_000)}!`)).toBe(false);
      expect(performance.now() - began).toBeLessThan(2_000);
    },
  );

  it.each([
    [/out of memory/i, 'Out Of Memory', true],
    [/^ERROR (?:\d+)$/, 'ERROR 12', true],
    [/^b/m, 'a\nb', true],
    [/a.b+/s, 'a\nbb', true],
    [/(?<what>é|ö)+/u, 'größer', true],
    [/x{2,3}/gy, 'yxx', true],
    [/\bfail(?:ed|ure)\b/, 'failureX', false],
  ])('mean what they mean in JavaScript: %s in %j', async (pattern, text, expected) => {
    const matches = await createMatcher({ patterns: [pattern] });
    expect([matches?.(text), matches?.(text)]).toEqual([expected, expected]);
  });

  it.each([
    // No reference, no look-around, no repeat: only characters that look like them.
    [/[(?=]+/, 'x(=', true],
    [/\(?=x+/, '(=xx', true],
    [/(?:\\1)+/, '\\1', true],
    [/[\]{9999}]+/, ']{9', true],
    [/x\{9999\}+/, 'x{9999}', true],
    [/(?:a|b){3}(?<name>c)/, 'abac', true],
  ])('are not refused for what they only look like: %s', async (pattern, text, expected) => {
    expect(patternProblem(pattern)).toBeUndefined();
    expect((await createMatcher({ patterns: [pattern] }))?.(text)).toBe(expected);
  });

  it('that only RE2 itself can refuse are refused at the start', async () => {
    const pattern = /(?:(?:(?:a{100}){100}){100})+/;
    await using watchdog = createWatchdog({ targets: [{ name: 'a', log: { file, patterns: [pattern] } }] });
    await expect(watchdog.start()).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    await expect(watchdog.start()).rejects.toThrow(/target "a": the pattern .*can't be run in a bounded time/);
  });

  it('that pass the check before can be compiled, or the start says why', async () => {
    const part = fc.constantFrom(
      'a',
      '.',
      '\\d',
      '[a-z]',
      '[^(]',
      '\\(',
      '(?:b|c)',
      '(x)',
      '\\b',
      'é',
      '\\u0041',
      '\\/',
      '\\cA',
      '\\0',
    );
    const repeat = fc.constantFrom('', '+', '*?', '{2,3}', '?');
    const patterns = fc.array(fc.tuple(part, repeat), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(patterns, async (parts) => {
        const pattern = new RegExp(parts.map(([text, times]) => text + (text === '\\b' ? '' : times)).join(''));
        expect(patternProblem(pattern)).toBeUndefined();
        const error = await createMatcher({ patterns: [pattern] }).then(
          () => undefined,
          (thrown: unknown) => (thrown as Error).message,
        );
        expect(error ?? "can't be run in a bounded time").toContain("can't be run in a bounded time");
      }),
      { numRuns },
    );
  });

  it.each([
    /a(?=b)/,
    /(?!a)b/,
    /(?<=a)b/,
    /(?<!x)(y)/,
    /(a)\1/,
    /(a)(b)[x]\2/,
    /(?<n>a)\k<n>/,
    /(?:x){2000}/,
    /x{1,1001}/,
    /x{1001,}/,
  ])('that cannot run in a bounded time are refused: %s', (pattern) => {
    const make = () => createWatchdog({ targets: [{ name: 'a', log: { file, patterns: ['ok', pattern] } }] });
    expect(make).toThrow(/targets\.0\.log\.patterns\.1: can't be run in a bounded time/);
  });
});

describe('a log in UTF-16', () => {
  const be = (text: string) => Buffer.from(text, 'utf16le').swap16();
  const le = (text: string) => Buffer.from(text, 'utf16le');
  it.each([
    ['little-endian with a mark', le, '\ufeff'],
    ['big-endian with a mark', be, '\ufeff'],
    ['little-endian without a mark', le, ''],
    ['big-endian without a mark', be, ''],
  ])('is read: %s', async (_, encode, mark) => {
    await writeFile(file, encode(`${mark}the first line\r\n`));
    const tail = createLogTail(file);
    expect(await tail.read()).toEqual([]);
    const more = encode('größer €\r\nhalf');
    await appendFile(file, more.subarray(0, 5));
    expect(await tail.read()).toEqual([]);
    await appendFile(file, more.subarray(5));
    expect(await tail.read()).toEqual(['größer €']);
    // Another file under the same name, in another encoding.
    await rm(file);
    await writeFile(file, 'plain ö\n');
    expect(await tail.read()).toEqual(['plain ö']);
  });

  it('fails its target', async () => {
    await writeFile(file, le('\ufeffstart\r\n'));
    const clock = createManualClock();
    await using watchdog = createWatchdog({ targets: [{ name: 'a', log: { file, codes: ['ECONNREFUSED'] } }], clock });
    await watchdog.start();
    await advanceUntil(clock, () => expect(watchdog.health.check('a: log')?.state).toBe('healthy'));
    await appendFile(file, le('connect ECONNREFUSED\r\n'));
    await advanceUntil(clock, () => expect(watchdog.target('a')?.state).toBe('failed'));
  });
});

describe('cleanText', () => {
  it('is one bounded line without control characters, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), (text) => {
        const clean = cleanText(text);
        expect(clean.length).toBeLessThanOrEqual(1_000);
        expect(clean).not.toMatch(/[\p{Control}\p{Surrogate}\u202a-\u202e]/u);
      }),
      { numRuns },
    );
    expect(cleanText('a\0b\r\nc\u202ed')).toBe('a b c d');
  });
});

describe('a NUL in a log line', () => {
  it('keeps no command from running', async () => {
    await writeFile(file, '');
    const clock = createManualClock();
    const ends: (Error | undefined)[] = [];
    const reasons: string[] = [];
    const options: WatchdogOptions = {
      targets: [
        {
          name: 'a',
          log: { file, patterns: ['bad'] },
          actions: { run: process.execPath, args: ['-e', 'process.exit(process.env.WATCH_REASON.length > 5 ? 0 : 1)'] },
        },
      ],
      clock,
    };
    await using watchdog = createWatchdog(options);
    watchdog.on('actionEnd', (_, error) => ends.push(error));
    watchdog.on('action', ({ reason }) => reasons.push(reason));
    await watchdog.start();
    await advanceUntil(clock, () => expect(watchdog.health.check('a: log')?.state).toBe('healthy'));
    await appendFile(file, 'a bad\0 line\n');
    await advanceUntil(clock, () => expect(ends).toEqual([undefined]));
    expect(reasons).toEqual(['log: 1 × a bad  line']);
  });
});

describe('log text in Markdown', () => {
  const hostile =
    '[click](http://evil.example) ![x](http://evil.example/y.png) <@all> <font color="red">x</font> [a]: http://evil';
  it.each(['teams', 'wecom', 'dingtalk'] as const)('becomes no link, image, mention or HTML in %s', (format) => {
    const message = groupNotices([createNotice(0, 'Orders', 'failed', hostile, '')], 'HOST', 0);
    const { body } = webhookRequest('https://hook.example', format, undefined, message, 0);
    expect(body).not.toMatch(/\]\(|\]:|<@|<font|<\/font/);
    expect(body).toContain('evil.example');
  });

  it('has no link for any text', () => {
    const pieces = fc.constantFrom('[', ']', '(', ')', ':', '<', '@', 'a', ' ', '!', '/', '\\');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        expect(plainMarkdown(parts.join(''))).not.toMatch(/\][([:]|<[a-z@/!]/i);
      }),
      { numRuns },
    );
  });
});

describe('messages that are too long', () => {
  it.each(['x', '警', '"', '\\', '\n', '😀'])('are cut by bytes for Teams: %j', (unit) => {
    const long = { ...groupNotices([createNotice(0, 'a', 'failed', '', '')], 'H', 0), text: unit.repeat(40_000) };
    const { body } = webhookRequest('https://hook.example', 'teams', undefined, long, 0);
    expect(Buffer.byteLength(body)).toBeLessThan(26_500);
    expect(Buffer.byteLength(body)).toBeGreaterThan(20_000);
    expect(body).not.toContain('\ufffd');
  });

  it('fit into any number of bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 20, max: 200 }), (text, bytes) => {
        expect(Buffer.byteLength(JSON.stringify(cutJsonBytes(text, bytes)))).toBeLessThanOrEqual(Math.max(bytes, 5));
      }),
      { numRuns },
    );
  });
});
