import { describe, expect, it } from 'vitest';
import { defineService } from '../../../src/index.ts';
import { parseServiceOptions } from '../../../src/service/options/parse-options.ts';
import { Service, type ServiceEnvironment } from '../../../src/service/service.ts';
import { closureOf } from '../../support/imports.ts';

/** A service whose surroundings only say what they were asked. */
function setUp(): { service: Service<string>; asked: unknown[] } {
  const asked: unknown[] = [];
  const environment: ServiceEnvironment = {
    pickHost(_name, consoleArgs) {
      asked.push({ host: consoleArgs });
      return Promise.reject(new Error('no host here'));
    },
    runCommand(_service, argv) {
      asked.push({ command: argv });
      return Promise.resolve(3);
    },
    log: { write: () => undefined },
    withEventLog: (log) => log,
  };
  return { service: new Service<string>(parseServiceOptions({ name: 'x', start() {} }), environment), asked };
}

describe('runCli', () => {
  it.each([
    [[], []],
    [['run'], []],
    [
      ['run', 'a', '--b'],
      ['a', '--b'],
    ],
    [
      ['--port', '80'],
      ['--port', '80'],
    ],
  ])('%j runs the service, at once', async (argv, args) => {
    const { service, asked } = setUp();
    await expect(service.runCli(argv, { exit: false })).rejects.toThrow('no host here');
    expect(asked).toEqual([{ host: args }]);
  });

  it.each([[['status', '--json']], [['--help']], [['-v']], [['nonsense']]])(
    '%j is for the command line',
    async (argv) => {
      const { service, asked } = setUp();
      expect(await service.runCli(argv, { exit: false })).toBe(3);
      expect(asked).toEqual([{ command: argv }]);
    },
  );

  it('loads nothing of the command line before it is needed', () => {
    const { files } = closureOf('src/index.ts');
    expect([...files].filter((file) => file.startsWith('src/cli/') || file.startsWith('src/manager/'))).toEqual([]);
  });

  it('is there on a service', () => {
    expect(defineService({ name: 'x', start() {} }).runCli).toBeTypeOf('function');
  });
});
