import * as z from 'zod/mini';
import { checkOptions } from '../errors/check-options.ts';
import { writeFileAtomic } from '../util/atomic-file.ts';
import { programPath } from '../util/program-path.ts';
import { labelsSchema } from './metrics-options.ts';

/** Targets of Prometheus with the labels that they share. */
export interface FileSdGroup {
  /** `host:port` of each `/metrics`, without a scheme: `['server-1:9100']`. */
  readonly targets: readonly string[];
  /** Labels of these targets. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
}

const target = z
  .string('must be a text')
  .check(
    z.regex(
      /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i,
      "must be a host and a port, without a scheme: 'server-1:9100'",
    ),
  );
const schema = z.strictObject({
  path: z
    .string('must be a path')
    .check(z.regex(/\.(?:json|ya?ml)$/i, 'must end with .json: Prometheus reads no other files')),
  groups: z.array(
    z.strictObject({ targets: z.array(target, 'must be a list of targets'), labels: z.optional(labelsSchema) }),
    'must be a list of { targets, labels }',
  ),
});

/**
 * Writes a file for `file_sd_configs` of Prometheus, which reads it again by itself. The file is replaced as a whole. A
 * relative path begins at the folder of the program.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config
 *
 * @throws ServiceError INVALID_OPTIONS; the error of the file system
 * @example
 * await writeFileSd('targets.json', [{ targets: ['server-1:9100'], labels: { team: 'orders' } }]);
 */
export async function writeFileSd(path: string, groups: readonly FileSdGroup[]): Promise<void> {
  checkOptions('writeFileSd', schema, { path, groups });
  const text = JSON.stringify(
    groups.map(({ targets, labels = {} }) => ({ targets, labels })),
    undefined,
    2,
  );
  await writeFileAtomic(programPath(path), `${text}\n`);
}
