/** Type of the resource. */
const TYPE = 'Winsvc/Service';
const MANIFEST_SCHEMA = 'https://aka.ms/dsc/schemas/v3/bundled/resource/manifest.json';

/** A program with its first arguments. */
export interface DscProgram {
  readonly executable: string;
  readonly args: readonly string[];
}

/**
 * Manifest of the resource for Microsoft DSC 3: how DSC calls winsvc.
 *
 * Source: https://learn.microsoft.com/powershell/dsc/reference/schemas/resource/manifest/root
 */
export function toDscManifest({ executable, args }: DscProgram, version: string): object {
  const call = (verb: string, more: object = {}): object => ({
    executable,
    args: [...args, 'dsc', verb],
    input: 'stdin',
    ...more,
  });
  const { input: _, ...listing } = call('export') as { readonly input: string };
  return {
    $schema: MANIFEST_SCHEMA,
    type: TYPE,
    version,
    description: 'A Windows service: its program, settings, recovery and state, made what a spec says.',
    tags: ['Windows', 'service', 'Node.js'],
    get: call('get'),
    set: call('set', { implementsPretest: true, handlesExist: true, return: 'stateAndDiff' }),
    whatIf: call('what-if', { implementsPretest: true, handlesExist: true, return: 'stateAndDiff' }),
    test: call('test', { return: 'stateAndDiff' }),
    delete: call('delete'),
    export: listing,
    exitCodes: {
      0: 'Success',
      1: 'Failed',
      2: 'Invalid input; nothing was changed',
      3: 'The service did not reach the state',
    },
    schema: { command: { executable, args: [...args, 'dsc', 'schema'] } },
  };
}
