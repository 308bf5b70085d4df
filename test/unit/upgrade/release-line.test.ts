import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { adminShare } from '../../../src/upgrade/admin-share.ts';
import { mainFile, moveCommandLine, partsIn } from '../../../src/upgrade/state/release-line.ts';

const FROM = '/apps/orders größe';
const TO = '/apps/orders.releases/2.0.0';
const move = (line: string): string => moveCommandLine(line, FROM, TO);

describe('the command line of a release', () => {
  it.each([
    [`"/node" "${FROM}/main.js" run`, `"/node" ${TO}/main.js run`],
    [
      `"/node" "--require=${FROM}/node_modules/x.cjs" "${FROM}/dist/a b.js"`,
      `"/node" --require=${TO}/node_modules/x.cjs "${TO}/dist/a b.js"`,
    ],
    [`"/node" -r "${FROM}/x.cjs" "${FROM}/main.js"`, `"/node" -r ${TO}/x.cjs ${TO}/main.js`],
    [
      `"/node" --import ${pathToFileURL(`${FROM}/hook.mjs`).href} "${FROM}/main.js"`,
      `"/node" --import ${pathToFileURL(TO).href}/hook.mjs ${TO}/main.js`,
    ],
    [`"${FROM}/app.exe" --config "${FROM}/c.json"`, `"${TO}/app.exe" --config ${TO}/c.json`],
    // A folder whose name only begins alike, and what isn't a path.
    [`"/node" "${FROM}2/main.js" --name "${FROM}"`, `"/node" "${FROM}2/main.js" --name "${FROM}"`],
    [`"/node" "${FROM}/main.js" "--text=see ${FROM}/x"`, `"/node" ${TO}/main.js "--text=see ${FROM}/x"`],
  ])('%s', (before, after) => {
    expect(move(before)).toBe(after);
  });

  it('finds the script, the program and the preloads', () => {
    expect(mainFile(`"/node" --import file:///x.mjs -r ./y.js "${FROM}/main.js" z.js`)).toBe(`${FROM}/main.js`);
    expect(mainFile('"/apps/tool.exe" --x')).toBe('/apps/tool.exe');
    expect(partsIn(`"/node" -r "${FROM}/p.cjs" "${FROM}/main.js" "${FROM}/x.js"`, FROM)).toEqual([
      { kind: 'preload', path: 'p.cjs' },
      { kind: 'script', path: 'main.js' },
      { kind: 'argument', path: 'x.js' },
    ]);
  });
});

describe('adminShare', () => {
  it('gives the path of a drive on another machine', () => {
    expect(adminShare('server1', 'D:\\Apps\\Größe 1\\x')).toBe('\\\\server1\\D$\\Apps\\Größe 1\\x');
    expect(adminShare('server1', 'c:/Apps/../x')).toBe('\\\\server1\\c$\\x');
    expect(() => adminShare('server1', '\\\\other\\share\\x')).toThrow(/drive letter/);
  });
});
