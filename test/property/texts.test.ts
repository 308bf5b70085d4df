// Texts for people and files: durations, names, logs, terminal, markup. `npm run fuzz -- 100000 texts` runs more.
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandVariables } from '../../src/cli/input/expand-variables.ts';
import { describeRecord } from '../../src/cli/doctor/last-error.ts';
import { parseLoadError } from '../../src/cli/doctor/load-check.ts';
import { describeSetting, redactEnvironment, redactHost } from '../../src/cli/output/describe-setting.ts';
import { formatExplanation, formatFindings } from '../../src/cli/output/format-explanation.ts';
import { escapeHazards, toJson } from '../../src/cli/output/json.ts';
import { printable, printableLines } from '../../src/cli/output/printable.ts';
import { parseQuickStatus } from '../../src/cli/quick.ts';
import { renderRecord } from '../../src/cli/output/record.ts';
import { renderPlain, renderTable } from '../../src/cli/output/table.ts';
import { decodeSecret } from '../../src/cli/input/decode-secret.ts';
import { UsageError } from '../../src/cli/input/usage-error.ts';
import { fillIn, formatParameter } from '../../src/eventlog/catalog/parameters.ts';
import { fitRecord, MAX_RECORD_BYTES } from '../../src/eventlog/write/fit-record.ts';
import { formatRecord } from '../../src/eventlog/write/format-record.ts';
import { toOutput } from '../../src/logging/capture/capture-stream.ts';
import { parseLogLine } from '../../src/logging/read/log-line.ts';
import { splitLines } from '../../src/logging/read/read-lines.ts';
import { toBytes } from '../../src/util/byte-size.ts';
import { durationMs, formatMs, MAX_DURATION_MS } from '../../src/util/duration.ts';
import { toFileName } from '../../src/util/file-name.ts';
import { parseRetryAfter } from '../../src/util/http-answer.ts';
import { formatJsonLine } from '../../src/util/json-line.ts';
import { formatLine, splitData } from '../../src/util/line-log.ts';
import { LineSplitter } from '../../src/util/line-splitter.ts';
import { splitNodeArgs } from '../../src/util/node-arguments.ts';
import { redactName, redactUrls } from '../../src/util/secret-names.ts';
import { tidyStack } from '../../src/util/tidy-stack.ts';
import { toPlain } from '../../src/util/to-plain.ts';
import { cleanText } from '../../src/watchdog/decision/clean-text.ts';
import { cutBytes, cutJsonBytes, plainMarkdown } from '../../src/watchdog/notify/plain-markdown.ts';
import { oneOf } from '../support/characters.ts';
import { hostileObject, hostileText, hostileValue, TERMINAL_HAZARD, toWellFormed } from '../support/hostile.ts';
import { numRuns } from '../support/num-runs.ts';

const always = <T>(of: fc.Arbitrary<T>, hold: (value: T) => void): void => {
  fc.assert(fc.property(of, hold), { numRuns });
};
/** Cuts bytes at any places. */
const pieces = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
};
const cuts = fc.array(fc.nat(400), { maxLength: 5 });

describe('durations and sizes', () => {
  it('a duration is a whole number of milliseconds within its bound, or none', () => {
    always(
      fc.oneof(
        hostileValue,
        fc.tuple(fc.nat(), fc.constantFrom('ms', ' s', 'm', 'h', 'd')).map((it) => it.join('')),
      ),
      (value) => {
        const ms = durationMs(value);
        expect(ms === undefined || (Number.isInteger(ms) && ms >= 0 && ms <= MAX_DURATION_MS)).toBe(true);
      },
    );
  });
  it('a duration for people has a number and a unit', () => {
    always(fc.double({ min: 0, max: 1e15, noNaN: true }), (ms) => {
      expect(formatMs(ms)).toMatch(/^[\d.]+(?:e\+\d+)? (?:ms|s|min)$/);
    });
  });
  it('a size is a positive whole number, or none', () => {
    always(
      fc.oneof(
        hostileValue,
        fc.tuple(fc.nat(), fc.constantFrom('', 'K', 'M', 'G')).map((it) => it.join('')),
      ),
      (value) => {
        const bytes = toBytes(value);
        expect(bytes === undefined || (Number.isSafeInteger(bytes) && bytes > 0)).toBe(true);
      },
    );
  });
  it('Retry-After is a time from now, or none', () => {
    always(
      fc.oneof(
        hostileText,
        fc.nat().map(String),
        fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      ),
      (header) => {
        expect(parseRetryAfter(header, 1_000) ?? 0).toBeGreaterThanOrEqual(0);
      },
    );
  });
});

describe('names', () => {
  it('of services become file names without a folder, a stream or a device', () => {
    always(
      hostileText.filter((name) => name !== ''),
      (name) => {
        const file = toFileName(name);
        expect(file).not.toMatch(/[<>:"|?*\\/\0-\x1f]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i);
        expect(file.length).toBeGreaterThan(0);
        expect(file.length).toBeLessThanOrEqual(100);
        expect(Buffer.byteLength(file)).toBeLessThanOrEqual(255);
      },
    );
  });
  it('that begin with a secret setting are hidden, others are not changed', () => {
    always(hostileText, (text) => {
      expect([text, '[secret]']).toContain(redactName(text));
      expect(redactName(`password:${text.replaceAll(/[\p{L}\p{N}_$.@-]/gu, '')}x`)).toBe('[secret]');
    });
  });
});

describe('lines', () => {
  it('are the same wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostileText.map((text) => text.replaceAll('\ufeff', ''))), cuts, async (lines, at) => {
        const bytes = Buffer.from(`${lines.join('\n')}\n`);
        const expected = bytes
          .toString('utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => line.replace(/\r$/, ''));
        const splitter = new LineSplitter();
        expect(pieces(bytes, at).flatMap((piece) => splitter.add(piece))).toEqual(expected);
        const read: string[] = [];
        for await (const line of splitLines(Readable.from(pieces(bytes, at).filter(({ length }) => length > 0))))
          read.push(line);
        expect(read).toEqual(expected);
      }),
      { numRuns },
    );
  });
  it.each(['utf-8', 'utf-16le', 'utf-16be'] as const)(
    'of a log in %s are the same wherever they are cut',
    (encoding) => {
      always(fc.tuple(fc.array(hostileText.map((text) => text.replaceAll('\ufeff', ''))), cuts), ([lines, at]) => {
        const text = toWellFormed(`${lines.join('\n')}\n`);
        const bytes = encoding === 'utf-8' ? Buffer.from(text) : Buffer.from(text, 'utf16le');
        const decoder = new LineSplitter(undefined, encoding);
        const found = pieces(encoding === 'utf-16be' ? bytes.swap16() : bytes, at).flatMap((piece) =>
          decoder.add(piece),
        );
        expect(found).toEqual(
          text
            .split('\n')
            .slice(0, -1)
            .map((line) => line.replace(/\r$/, '')),
        );
      });
    },
  );
  it('of a log are read as they were written', () => {
    always(fc.tuple(hostileText, hostileObject), ([message, data]) => {
      const line = formatJsonLine('Orders', 'warn', message, data);
      expect(line.slice(0, -1)).not.toContain('\n');
      const read = parseLogLine(line.trimEnd());
      expect(read).toMatchObject({ level: 'warn', message });
      for (const [key, value] of Object.entries(data)) {
        if (!/^(?:level|time|pid|hostname|name|msg|data|data_|__proto__|…)$/.test(key))
          expect(read.data).toHaveProperty([key], JSON.parse(JSON.stringify(value)));
      }
    });
  });
  it('that another program wrote never throw', () => {
    always(
      fc.oneof(
        hostileText,
        fc.json(),
        hostileObject.map((it) => JSON.stringify(it)),
      ),
      (text) => {
        expect(parseLogLine(text).text).toBe(text);
      },
    );
  });
  it('for people take any message and data', () => {
    always(fc.tuple(hostileText, fc.dictionary(hostileText, hostileValue, { maxKeys: 4 })), ([message, data]) => {
      expect(formatLine('info', message, data)).toContain(message);
      expect(typeof formatRecord(message, data, data['stack'])).toBe('string');
      expect(splitData(data).rest).not.toHaveProperty('error');
      expect(() => JSON.stringify(toPlain(data))).not.toThrow();
      expect(
        typeof renderRecord({ style: (_: string, shown: string) => shown } as never, {
          time: new Date(0),
          level: 'info',
          message,
          data,
        }),
      ).toBe('string');
    });
  });
  it('of captured output keep every byte', () => {
    const encoding = fc.constantFrom(
      'utf8',
      'utf-8',
      'hex',
      'base64',
      'base64url',
      'latin1',
      'ascii',
      'binary',
      'utf16le',
      'ucs2',
      undefined,
      null,
    );
    always(fc.tuple(fc.oneof(hostileText, fc.uint8Array()), encoding), ([chunk, given]) => {
      const expected =
        typeof chunk === 'string' ? Buffer.from(chunk, (given ?? 'utf8') as BufferEncoding) : Buffer.from(chunk);
      expect(Buffer.from(toOutput(chunk, given as BufferEncoding) as string)).toEqual(expected);
    });
  });
});

describe('a stack or an error of another process', () => {
  it('is shortened, never lost', () => {
    always(hostileText, (text) => {
      const stack = `Error: ${text}\n    at f (file:///${text}:1:2)\n    at ${text}`;
      expect(tidyStack(stack)).toContain('Error: ');
    });
  });
  it('gives a place or none', () => {
    const shape = (text: string): fc.Arbitrary<string> =>
      fc.constantFrom(
        text,
        `file://${text}:3\nError: x`,
        `Error: Cannot find package '${text}' imported from file:///${text}`,
        `Cannot find module '${text}'\nRequire stack:\n- ${text}`,
      );
    always(hostileText.chain(shape), (stderr) => {
      expect(typeof parseLoadError(stderr).message).toBe('string');
    });
    always(fc.tuple(hostileText, hostileValue), ([message, error]) => {
      expect(typeof describeRecord(message, error).text).toBe('string');
      expect(typeof describeRecord(message, { message, stack: `Error\n   at ${message}:1:2`, cause: error }).text).toBe(
        'string',
      );
    });
  });
});

describe('a terminal', () => {
  it('gets nothing that it interprets', () => {
    always(fc.tuple(hostileText, hostileText, hostileObject), ([text, other, object]) => {
      expect(printable(text)).not.toMatch(TERMINAL_HAZARD);
      expect(printableLines(text)).not.toMatch(TERMINAL_HAZARD);
      expect(printableLines(text).split('\n')).toHaveLength(text.split('\n').length);
      const json = toJson({ [text]: other, object }, 2);
      expect(json).not.toMatch(TERMINAL_HAZARD);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ [text]: other, object })));
      expect(escapeHazards(JSON.stringify(text))).not.toMatch(TERMINAL_HAZARD);
      for (const setting of ['description', 'host', 'dependencies', 'imagePath'])
        expect(
          describeSetting(setting, setting === 'host' ? object : setting === 'dependencies' ? [text, other] : text),
        ).not.toMatch(TERMINAL_HAZARD);
      expect(describeSetting('environment', { [text]: other })).not.toMatch(TERMINAL_HAZARD);
    });
  });
  it('gets tables of one line for each row', () => {
    always(fc.array(fc.array(hostileText.map(printable), { minLength: 1, maxLength: 4 }), { maxLength: 5 }), (rows) => {
      expect(renderTable(rows, 60).split('\n')).toHaveLength(rows.length + 1);
      expect(renderPlain(rows).split('\n')).toHaveLength(rows.length + 1);
    });
  });
  it('gets findings and explanations as lines', () => {
    always(fc.tuple(hostileText, hostileText), ([found, repair]) => {
      expect(formatFindings([{ check: 'x', level: 'warn', found, repair } as never])).toEqual([
        `x: ${found}`,
        `→ ${repair}`,
      ]);
      const lastError = { time: undefined, text: found, where: repair, log: 'C:\\x.log' };
      expect(formatExplanation({ lastError, findings: [] })).toHaveLength(2);
    });
  });
});

describe('secrets', () => {
  const secret = fc.string({ unit: oneOf('ΩЖЯΨΔΞ§¶¤€ŁŊ'), minLength: 4, maxLength: 20 });
  it('of variables, hosts and URLs are not shown', () => {
    always(fc.tuple(secret, hostileText), ([hidden, text]) => {
      expect(
        Object.values(
          redactEnvironment({ DB_PASSWORD: hidden, Url: `amqp://u:${hidden}@h/x`, Hook: `https://h/${hidden}` }),
        ).join(),
      ).not.toContain(hidden);
      const host = redactHost({
        env: { TOKEN: hidden },
        before: [{ file: 'a', args: [`https://h/?t=${hidden}`] }],
        envFile: text,
      });
      expect(JSON.stringify(host)).not.toContain(hidden);
    });
  });
  it('in a login of a URL are not shown, also where they should have been encoded', () => {
    const raw = fc
      .string({
        unit: oneOf('ΩЖЯΨΔΞ§¶', '/', '#', '?', '@', ':', ' ', '"', "'", '<', '%'),
        minLength: 1,
        maxLength: 12,
      })
      .filter((it) => !it.includes('://'));
    always(
      fc.tuple(raw, fc.constantFrom('http', 'postgres', 'amqps', 'mongodb+srv'), hostileText),
      ([hidden, scheme, before]) => {
        const shown = redactUrls(
          `${before.replaceAll(/[a-z\d+.-]*:\/\/|[ΩЖЯΨΔΞ§¶]/gi, '')} ${scheme}://user:${hidden}@host.example/db`,
        );
        expect(shown).not.toMatch(/[ΩЖЯΨΔΞ§¶]/);
      },
    );
  });
  it('from standard input come as they are, or an error without them', () => {
    const form = fc.constantFrom(
      (text: string) => Buffer.from(text),
      (text: string) => Buffer.from(`\ufeff${text}\r\n`),
      (text: string) => Buffer.from(`\ufeff${text}\r\n`, 'utf16le'),
      (text: string) => Buffer.from(`${text}\n`, 'utf16le'),
      (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
    );
    always(
      fc.tuple(
        hostileText.filter((it) => !/^\ufeff|\0|[\r\n]$/.test(it)),
        form,
      ),
      ([text, encode]) => {
        try {
          expect(decodeSecret(encode(text))).toBe(toWellFormed(text));
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          if (text.length > 12) expect(error.message).not.toContain(text);
        }
      },
    );
    always(fc.uint8Array(), (bytes) => {
      try {
        expect(decodeSecret(Buffer.from(bytes), { multiline: true })).not.toBe('');
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
      }
    });
  });
});

describe('events', () => {
  it('fit into records, and every part has whole characters', () => {
    always(
      fc.tuple(
        fc.array(hostileText, { maxLength: 300 }),
        fc.uint8Array({ maxLength: 300 }),
        fc.boolean(),
        fc.integer({ min: 700, max: 4_000 }),
      ),
      ([strings, data, split, max]) => {
        const records = fitRecord(
          { severity: 'info', id: 1, category: 0, strings, data: Buffer.from(data) } as never,
          split,
          max,
        );
        for (const { strings: kept, data: bytes } of records) {
          expect(kept.join('')).not.toContain('\0');
          expect(kept.reduce((sum, text) => sum + (text.length + 1) * 2, 0) + (bytes?.length ?? 0)).toBeLessThanOrEqual(
            Math.max(max, kept.length * 2),
          );
        }
        expect(MAX_RECORD_BYTES).toBeGreaterThan(max);
      },
    );
  });
  it('are filled in once', () => {
    always(fc.tuple(hostileText, fc.array(hostileText)), ([text, strings]) => {
      expect(fillIn('%1', [text])).toBe(text);
      expect(typeof fillIn(text, strings)).toBe('string');
      expect(formatParameter(text)).toBe(text);
    });
    always(fc.date(), (date) => {
      expect(formatParameter(date)).toMatch(/^[+\d-]|invalid date/);
    });
  });
});

describe('notices', () => {
  it('are one bounded line without control characters', () => {
    always(hostileText, (text) => {
      expect(cleanText(text)).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      expect(cleanText(text.repeat(100)).length).toBeLessThanOrEqual(1_000);
    });
  });
  it('have no link, image or HTML, and fit', () => {
    always(fc.tuple(hostileText, fc.integer({ min: 10, max: 60 })), ([text, bytes]) => {
      const plain = plainMarkdown(`[${text}](http://x) ${text}`);
      expect(plain).not.toMatch(/\]\s?[([:](?<!\] [([:])|<[a-z@/!?]/i);
      expect(Buffer.byteLength(cutBytes(text, bytes))).toBeLessThanOrEqual(bytes);
      expect(Buffer.byteLength(JSON.stringify(cutJsonBytes(text, bytes)))).toBeLessThanOrEqual(bytes);
    });
  });
});

describe('command lines of other programs', () => {
  it('lose no argument', () => {
    always(fc.array(hostileText), (args) => {
      const { nodeArgs, script, rest } = splitNodeArgs(args);
      expect([...nodeArgs, ...(script === undefined ? [] : [script]), ...rest]).toEqual(args);
    });
  });
  it('expand only variables that exist', () => {
    always(hostileText, (text) => {
      expect(expandVariables(text, {})).toBe(text);
      expect(expandVariables(`%a%${text}`.replaceAll('%path%', ''), { A: '1' })).toMatch(/^1/);
    });
  });
});

describe('a command line that asks for a status quickly', () => {
  const word = fc.oneof(
    fc.constantFrom('status', '--json', '--expect', '--help', '--', '-x', '', 'running'),
    hostileText,
  );
  it('has one service, which is no option, and nothing that the whole command line would explain', () => {
    always(fc.array(word, { maxLength: 6 }), (rest) => {
      const parsed = parseQuickStatus(['status', ...rest]);
      if (!parsed) return;
      const { service, json, expect: wanted } = parsed;
      expect(service).not.toMatch(/^(?:-|$)/);
      // Every word has been taken, and each value once.
      const taken = [
        service,
        ...rest.filter((it) => it === '--json'),
        ...(wanted === undefined ? [] : ['--expect', wanted]),
      ];
      expect([...taken].sort()).toEqual([...rest].sort());
      expect(json).toBe(rest.includes('--json'));
    });
  });
});
