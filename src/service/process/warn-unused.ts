/** A service that can tell whether it was used. */
interface Usable {
  readonly name: string;
  readonly isUsed: boolean;
}

const defined = new Set<Usable>();

/** Warns on standard error when the program ends and has only defined the service: a forgotten `run()` isn't silent. */
export function warnIfUnused(service: Usable): void {
  if (defined.size === 0) process.once('beforeExit', warn);
  defined.add(service);
}

function warn(): void {
  for (const { name, isUsed } of defined)
    if (!isUsed)
      process.stderr.write(
        `winsvc: the program has ended without running service "${name}". Call await service.run(), or await service.runCli().\n`,
      );
  defined.clear();
}
