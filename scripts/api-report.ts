/**
 * The public API as text, one file per entry in `etc/`. Without `--update` it fails where the built package says
 * something else, so that no change of the API goes unseen; where an exported member has no doc comment; and where a type is
 * mentioned that no entry exports. Reads `dist/`: build first.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig, ExtractorLogLevel, type IExtractorMessagesConfig } from '@microsoft/api-extractor';
import manifest from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const update = process.argv.includes('--update');

const quiet = { logLevel: ExtractorLogLevel.None, addToApiReportFile: false };
const messages: IExtractorMessagesConfig = {
  compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
  extractorMessageReporting: {
    default: { logLevel: ExtractorLogLevel.Error },
    // Everything that is exported is public.
    'ae-missing-release-tag': quiet,
    // A type that an export mentions without being exported itself: seen in the report.
    'ae-forgotten-export': { logLevel: ExtractorLogLevel.None, addToApiReportFile: true },
    'ae-undocumented': quiet,
    'ae-internal-missing-underscore': quiet,
    'ae-unresolved-link': quiet,
  },
  tsdocMessageReporting: { default: quiet },
};

function report(name: string, types: string): boolean {
  if (!existsSync(join(root, types))) {
    process.stderr.write(`${types} does not exist: npm run build\n`);
    return false;
  }
  const file = `${name.replaceAll('/', '-')}.api.md`;
  const config = ExtractorConfig.prepare({
    configObjectFullPath: join(root, 'api-extractor.json'),
    packageJsonFullPath: join(root, 'package.json'),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2022',
            lib: ['ES2023', 'ESNext.Disposable'],
            module: 'NodeNext',
            moduleResolution: 'NodeNext',
            strict: true,
            skipLibCheck: true,
            types: ['node'],
          },
          files: [join(root, types)],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: file,
        reportFolder: join(root, 'etc'),
        reportTempFolder: join(root, 'temp'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages,
    },
  });
  const { succeeded, apiReportChanged } = Extractor.invoke(config, {
    localBuild: update,
    // Its own advice is about a local build of its own; ours is printed below.
    messageCallback: (message) => {
      if (message.messageId.startsWith('console-')) message.handled = true;
    },
  });
  const changed = apiReportChanged ? (update ? 'updated' : 'CHANGED') : 'unchanged';
  process.stdout.write(`etc/${file}: ${changed}\n`);
  return update || (succeeded && !apiReportChanged);
}

let same = true;
for (const [path, target] of Object.entries(manifest.exports)) {
  if (typeof target === 'object') same = report(join(manifest.name, path).replaceAll('\\', '/'), target.types) && same;
}

/** Declarations of the reports: `export interface Name`, or `export { name }`. */
const EXPORTED =
  /^export (?:declare |abstract )*(?:const|let|function|class|interface|type|enum|namespace) (\w+)|^export \{ (\w+)/gm;
const MENTIONED = /\(ae-forgotten-export\) The symbol "(\w+)"/g;

/** Members without a doc comment, and types that a user can't name because no entry exports them. */
function gaps(): string[] {
  const reports = Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([path]) => join('etc', `${join(manifest.name, path).replaceAll(/[\\/]/g, '-')}.api.md`))
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
  const exported = new Set(reports.flatMap(({ text }) => [...text.matchAll(EXPORTED)].map(([, a, b]) => a ?? b)));
  return reports.flatMap(({ file, text }) => [
    ...text
      .split('\n')
      .flatMap((line, at) => (line.includes('(undocumented)') ? [`${file}:${at + 2}: no doc comment`] : [])),
    ...[...text.matchAll(MENTIONED)]
      .filter(([, name]) => !exported.has(name))
      .map(([, name = '']) => `${file}: ${name} is mentioned, and no entry exports it`),
  ]);
}

const missing = gaps();
if (missing.length > 0) {
  process.stderr.write(`${missing.join('\n')}\n`);
  process.exitCode = 1;
}
if (!same) {
  process.stderr.write('The public API has changed. If it should: npm run api:update, and look at the diff of etc/.\n');
  process.exitCode = 1;
}
