import { describe, expect, it } from 'vitest';
import { defineService } from 'winsvc';
import type { CliEnvironment } from '../../../src/cli/command.ts';
import { readWith, type ReadEventsOptions } from '../../../src/eventlog/read/read-events.ts';
import type { EventQuery, RenderedEvent } from '../../../src/scm/event-log.ts';
import { runCli } from './harness.ts';

const event = (id: number, level: number, message?: string, time = '2026-01-01T10:00:00Z'): RenderedEvent => ({
  xml: `<Event><System><Provider Name='Orders'/><EventID>${id}</EventID><Level>${level}</Level><EventRecordID>${id}</EventRecordID><TimeCreated SystemTime='${time}'/></System><EventData><Data>p1</Data><Data>p2</Data></EventData></Event>`,
  message,
});

/** An event log with these records, the oldest first; who follows waits after them. */
function createLog(...rendered: RenderedEvent[]) {
  const asked: ReadEventsOptions[] = [];
  const queries: EventQuery[] = [];
  const readEvents: CliEnvironment['readEvents'] = (options) => {
    asked.push(options);
    return readWith(
      {
        open: (query) => {
          queries.push(query);
          let batch = query.newestFirst ? rendered.toReversed() : rendered;
          return Promise.resolve({
            next(signal) {
              const now = batch;
              batch = [];
              if (now.length > 0 || query.follow === 'no') return Promise.resolve(now);
              return new Promise((_, reject) =>
                signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
              );
            },
            close: () => Promise.resolve(),
          });
        },
      },
      options,
      Date.UTC(2026, 0, 1),
    );
  };
  return { readEvents, asked, queries };
}

describe('events', () => {
  it('shows the newest, the oldest of them first, and names log and source', async () => {
    const { readEvents, queries } = createLog(event(1, 4, 'old'), event(2, 3, 'two\r\nlines'), event(3, 2));
    const { code, stdout, stderr } = await runCli(['events', 'Orders', '-n', '2'], { readEvents });
    expect(code).toBe(0);
    expect(stdout).toBe(
      '2026-01-01T10:00:00.000Z WARN  Orders 2 two\n    lines\n2026-01-01T10:00:00.000Z ERROR Orders 3 p1 | p2\n',
    );
    expect(stderr).toBe('Log Application, source Orders\n');
    expect(queries).toMatchObject([
      { log: 'Application', newestFirst: true, query: "*[System[Provider[@Name='Orders']]]" },
    ]);
  });

  it('gives a line of JSON each', async () => {
    const { readEvents } = createLog(event(1, 4, 'one'), event(2, 2, 'two'));
    const { stdout, stderr } = await runCli(['events', 'Orders', '--json'], { readEvents });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([
      { id: 1, level: 'info', message: 'one', strings: ['p1', 'p2'], time: '2026-01-01T10:00:00.000Z' },
      { id: 2, level: 'error' },
    ]);
    expect(stdout).not.toContain('xml');
    expect(stderr).toBe('');
  });

  it('asks for times, levels, ids, sources and another log', async () => {
    const { readEvents, queries } = createLog();
    const args = ['--since', '2026-01-01T09:00Z', '--level', 'warn', '--ids', '100-102,200', '--ids', '7'];
    await runCli(['events', 'Orders', ...args, '--log', 'System', '--source', 'A', '--source', 'B'], { readEvents });
    expect(queries).toMatchObject([
      {
        log: 'System',
        newestFirst: false,
        query:
          "*[System[Provider[@Name='A' or @Name='B'] and (EventID=7 or (EventID>=100 and EventID<=102) or EventID=200) and (Level>=1 and Level<=3) and TimeCreated[@SystemTime>='2026-01-01T09:00:00.000Z']]]",
      },
    ]);
  });

  it('follows without a gap and without showing anything twice, until Ctrl+C', async () => {
    const later = '2999-01-01T00:00:00Z';
    const { readEvents, asked } = createLog(event(1, 4, 'there', later), event(2, 4, 'new', later));
    const first = createLog(event(1, 4, 'there', later));
    let calls = 0;
    const both: CliEnvironment['readEvents'] = (options) =>
      calls++ === 0 ? first.readEvents(options) : readEvents(options);
    const { code, stdout } = await runCli(['events', 'Orders', '-f'], { readEvents: both, interruptAt: /new/ });
    expect(code).toBe(0);
    expect(stdout.match(/there|new/g)).toEqual(['there', 'new']);
    expect(asked).toMatchObject([{ follow: true, since: expect.any(Date) as Date }]);
  });

  it('finds the log of the source, and says when there is no source', async () => {
    const { readEvents, queries } = createLog();
    const probe = {
      eventSource: (source: string) => Promise.resolve({ value: source === 'Own' ? 'Orders log' : null }),
    };
    const own = defineService({ name: 'Svc', eventLog: { source: 'Own' }, start: () => undefined });
    await runCli(['events'], { readEvents, probe, service: own });
    const { stderr, code } = await runCli(['events', 'Nobody'], { readEvents, probe });
    expect(queries.map(({ log, query }) => [log, query])).toEqual([
      ['Orders log', "*[System[Provider[@Name='Own']]]"],
      ['Application', "*[System[Provider[@Name='Nobody']]]"],
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('winsvc config set Nobody --event-source yes');
  });

  it.each([
    [['--ids', '1-70000'], /0 to 65535/],
    [['--ids', 'all'], /such as 100,101/],
    [['--since', '1 week'], /a time ago/],
    [['--limit', 'many'], /whole number/],
    [['--level', 'loud'], /critical, error/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await runCli(['events', 'Orders', ...args], { readEvents: createLog().readEvents });
    expect({ code, right: message.test(stderr) }).toEqual({ code: 2, right: true });
  });
});
