import type { FleetChangeOptions, FleetResult } from '../../fleet/index.ts';
import { dropUndefined } from '../../util/drop-undefined.ts';
import { type Cli, type Command, EXIT } from '../command.ts';
import type { Arguments } from '../input/arguments.ts';
import { UsageError } from '../input/usage-error.ts';
import { captureCli } from './capture.ts';
import type { MachineAnswer } from './machine-answer.ts';
import { printFleet, trackFleet } from './print-fleet.ts';

/**
 * Runs a verb on many machines and prints a table with a line for each.
 *
 * @returns 1 when a machine failed or was skipped; otherwise the exit code of the verb that is not 0, if there is one.
 * @throws UsageError; ServiceError INVALID_OPTIONS before anything is done
 */
export async function runOnFleet(cli: Cli, command: Command, args: Arguments): Promise<number> {
  const view = command.fleet;
  if (!view) throw new UsageError(`${command.name} runs on one machine: leave out --machines.`);
  if (args.flag('machine')) throw new UsageError('--machine is one machine, --machines are many: leave one out.');
  if (args.flag('password-stdin'))
    throw new UsageError('With --machines a password comes from the environment, as WINSVC_PASSWORD.');
  const { openFleet, readMachines } = await import('../../fleet/index.ts');
  const fleet = openFleet({
    machines: await readMachines(args.text('machines') ?? ''),
    ...dropUndefined({
      concurrency: args.count('concurrency'),
      timeout: args.duration('machine-timeout'),
      openManager: cli.openFleetManager,
    }),
  });
  const track = trackFleet(cli, fleet.machines.length);
  const options: FleetChangeOptions<MachineAnswer> = {
    signal: cli.signal,
    onResult: track.onResult,
    ...dropUndefined({
      canary: args.count('canary'),
      maxFailures: args.count('max-failures'),
      wait: args.duration('wait'),
    }),
  };
  const results = await fleet.run(
    async (manager, machine, signal) => {
      const capture = captureCli(cli, manager, signal);
      const own = args.with('machine', machine).with('machines', undefined);
      const exitCode = (await command.run?.(capture.cli, own)) ?? EXIT.done;
      return { exitCode, data: capture.data };
    },
    { ...options, finish: view.finish ?? false, mustRun: ({ data }) => view.mustRun?.(data) },
  );
  track.end();
  printFleet(cli, view, results);
  return cli.signal.aborted ? EXIT.interrupted : exitCodeOf(results);
}

function exitCodeOf(results: readonly FleetResult<MachineAnswer>[]): number {
  if (results.some(({ outcome }) => outcome !== 'done')) return EXIT.failed;
  return Math.max(...results.map((result) => (result.outcome === 'done' ? result.value.exitCode : EXIT.failed)));
}
