import { optionalPackage } from '../../errors/optional-package.ts';
import { parseJson } from '../../util/structured-text/parse-json.ts';
import type { ParsedText } from '../../util/structured-text/parsed-text.ts';
import { parseYaml } from '../../util/structured-text/parse-yaml.ts';

/** Returns the parser of a format. @throws ServiceError PACKAGE_MISSING for YAML without the package `yaml` */
export async function parserFor(format: 'json' | 'yaml', neededBy: string): Promise<(text: string) => ParsedText> {
  if (format === 'json') return parseJson;
  const yaml = await optionalPackage('yaml', neededBy, () => import('yaml'));
  return (text) => parseYaml(yaml, text);
}
