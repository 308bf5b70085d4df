import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../../src/errors/service-error.ts';
import type { ServiceOptions } from '../../../src/service/options/service-options.ts';
import { parseServiceOptions } from '../../../src/service/options/parse-options.ts';

const start = (): void => {};

function problemsOf(options: unknown): { path: string; message: string }[] {
  try {
    parseServiceOptions(options as ServiceOptions);
  } catch (error) {
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS' });
    return (error as ServiceError).details['problems'] as { path: string; message: string }[];
  }
  return [];
}
const pathsOf = (options: unknown): string[] => problemsOf(options).map(({ path }) => path);

describe('parseServiceOptions: defaults', () => {
  it('fills in what is left out', () => {
    expect(parseServiceOptions({ name: 'A', start })).toMatchObject({
      name: 'A',
      displayName: 'A',
      description: undefined,
      commands: [],
      budgets: {
        start: 30_000,
        stop: 20_000,
        pause: 20_000,
        resume: 20_000,
        shutdown: Infinity,
        preshutdown: Infinity,
      },
      controlTimeoutMs: 30_000,
      accepts: ['stop', 'shutdown'],
    });
  });

  it('reads durations', () => {
    const { budgets, controlTimeoutMs } = parseServiceOptions({
      name: 'A',
      start,
      timeouts: { start: '2m', stop: 1_500, control: '250ms' },
    });
    expect([budgets.start, budgets.stop, controlTimeoutMs]).toEqual([120_000, 1_500, 250]);
  });

  it('accepts the controls that have handlers, and only those', () => {
    const { accepts } = parseServiceOptions({
      name: 'A',
      start,
      pause: start,
      resume: start,
      on: { sessionChange: start, powerEvent: start, deviceEvent: start },
      shutdown: 'preshutdown',
    });
    expect(accepts).toEqual(['stop', 'pauseContinue', 'powerEvent', 'sessionChange', 'preshutdown']);
  });

  it('keeps `this` of handlers that are methods', () => {
    const options = {
      name: 'A',
      seen: undefined as unknown,
      start() {
        this.seen = this;
      },
    };
    const { seen, ...plain } = options;
    expect(seen).toBeUndefined();
    const own = {
      ...plain,
      commands: {
        go: {
          code: 128,
          run() {
            return this.code;
          },
        },
      },
    };
    const definition = parseServiceOptions(own);
    expect(definition.commands[0]?.run({} as never)).toBe(128);
  });
});

describe('parseServiceOptions: problems', () => {
  it('names all of them at once, each with its path', () => {
    const paths = pathsOf({
      name: 'a/b',
      displayName: '',
      description: 7,
      stop: 'later',
      pause: start,
      on: { sessionChange: true, sesionChange: start },
      commands: { low: { code: 1, run: start }, noRun: { code: 130 } },
      timeouts: { start: 'soon', stop: -1 },
      shutdown: 'early',
      autostart: true,
    });
    expect(paths.sort()).toEqual(
      [
        'autostart',
        'commands.low.code',
        'commands.noRun.run',
        'description',
        'displayName',
        'name',
        'on.sesionChange',
        'on.sessionChange',
        'resume',
        'shutdown',
        'start',
        'stop',
        'timeouts.start',
        'timeouts.stop',
      ].sort(),
    );
  });

  it('writes them as a list that shows what was given', () => {
    expect(() => parseServiceOptions({ name: 'A', start, timeouts: { stop: '20 sec' as '20s' } })).toThrow(
      "defineService: an option is wrong:\n  - timeouts.stop: must be milliseconds or a text such as '30s', '5m', '2h'; got '20 sec'",
    );
    expect(() => parseServiceOptions({ name: 'A' } as ServiceOptions)).toThrow(
      '  - start: must be a function; it is missing',
    );
  });

  it.each([undefined, null, 7, 'A', []])('refuses %j for the options', (options) => {
    expect(problemsOf(options).length).toBeGreaterThan(0);
  });

  it.each(['', ' ', 'a/b', 'a\\b', ' a', 'a ', 'a\nb', 'a\u0000b', 'x'.repeat(257), 7, undefined])(
    'refuses the name %j, as the SCM does',
    (name) => {
      expect(new Set(pathsOf({ name, start }))).toEqual(new Set(['name']));
    },
  );

  it.each(['x'.repeat(256), 'Orders Api', 'Größe', 'a.b-c_d$1'])('takes the name %j', (name) => {
    expect(pathsOf({ name, start })).toEqual([]);
  });

  it.each([127, 256, 128.5, '200', undefined, Number.NaN])('refuses the command code %j', (code) => {
    expect(new Set(pathsOf({ name: 'A', start, commands: { go: { code, run: start } } }))).toEqual(
      new Set(['commands.go.code']),
    );
  });

  it('refuses two commands of one code, and names both', () => {
    const commands = { rotate: { code: 200, run: start }, flush: { code: 200, run: start } };
    expect(problemsOf({ name: 'A', start, commands })).toEqual([
      { path: 'commands.flush.code', message: '200 is the code of commands.rotate too' },
    ]);
  });

  it('wants pause and resume together', () => {
    expect(pathsOf({ name: 'A', start, pause: start })).toEqual(['resume']);
    expect(pathsOf({ name: 'A', start, resume: start })).toEqual(['pause']);
  });

  describe('notifications', () => {
    const base = {
      name: 'A',
      start: () => undefined,
      on: { powerEvent: () => undefined, deviceEvent: () => undefined },
    };

    it('are nothing unless something is asked for', () => {
      expect(parseServiceOptions(base).notifications).toBeUndefined();
      expect(parseServiceOptions({ ...base, notifications: { power: [], devices: [] } }).notifications).toBeUndefined();
    });

    it('are names and GUIDs, each once and the GUIDs in one form', () => {
      const notifications = {
        power: ['monitor', '6FE69556-704A-47A0-8F24-C28D936FDA47', '{6fe69556-704a-47a0-8f24-c28d936fda47}', 'monitor'],
        devices: ['usb'],
      } as const;
      expect(parseServiceOptions({ ...base, notifications }).notifications).toEqual({
        power: ['monitor', '{6fe69556-704a-47a0-8f24-c28d936fda47}'],
        devices: ['usb'],
      });
    });

    it('need their handlers, and names that exist', () => {
      const options = {
        name: 'A',
        start: () => undefined,
        notifications: { power: ['screen'], devices: ['{1-2}'], x: 1 },
      };
      const parse = (): unknown => parseServiceOptions(options as never);
      for (const problem of [
        "notifications.power.0: must be a GUID or one of 'powerSource'",
        "notifications.devices.0: must be a GUID or one of 'all'",
        'notifications.x: is not an option',
        'on.powerEvent: is missing: notifications.power needs a handler',
        'on.deviceEvent: is missing: notifications.devices needs a handler',
      ])
        expect(parse).toThrow(problem);
    });
  });
});
