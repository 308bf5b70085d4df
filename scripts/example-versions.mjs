// @ts-check
/** Part of `npm run version:bump`: the examples, which are in the package, depend on the version that is released; the DSC resource and the lock file have it too. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

for (const name of readdirSync(new URL('examples', root))) {
  const file = new URL(`examples/${name}/package.json`, root);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/("winsvc": ")[^"]*"/, `$1^${version}"`));
}

/** @param {string} path @param {RegExp} before what stands before the version */
function setVersion(path, before) {
  const file = new URL(path, root);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(new RegExp(`(${before.source})"[^"]*"`, 'gm'), `$1"${version}"`));
}
setVersion('deploy/dsc/winsvc.dsc.resource.json', /^ {2}"version": /m);
setVersion('package-lock.json', /"name": "winsvc",\n\s+"version": /);
