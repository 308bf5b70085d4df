import { describe, expect, it } from 'vitest';
import { readXml } from '../../../src/import/read/xml-tree.ts';
import { importNodeWindows, isNodeWindows } from '../../../src/import/tools/node-windows.ts';
import { expectUsable, NO_FILES, outcomes } from './support.ts';

const WRAPPER = 'C:\\app\\node_modules\\node-windows\\lib\\wrapper.js';
const source = (xml: string) => ({
  root: readXml(`<service>${xml}</service>`, 'orders.xml'),
  folder: 'C:\\app\\daemon',
  expand: (text: string) => text,
});
const args = (...list: string[]): string => list.map((arg) => `<argument>${arg}</argument>`).join('');
const read = (xml: string) => importNodeWindows(source(xml), NO_FILES);

describe('a settings file of node-windows', () => {
  it('has each of its settings in one of the three lists', async () => {
    const xml = `
      <id>orders.exe</id><name>Orders</name><description>Takes orders.</description>
      <executable>C:\\nodejs\\node.exe</executable>
      ${args('--harmony', '--max-old-space-size=512', WRAPPER, '--file', 'C:\\app\\server.js')}
      ${args('--scriptoptions=--port 3000 "a b"', '--log', 'Orders wrapper', '--eventlog', 'APPLICATION')}
      ${args('--grow', '0.5', '--wait', '2', '--maxrestarts', '3', '--maxretries', '10')}
      ${args('--abortonerror', 'n', '--stopparentfirst', 'y', '--new', '1')}
      <logmode>rotate</logmode><logpath>C:\\logs</logpath>
      <log mode="roll-by-size"><sizeThreshold>10240</sizeThreshold><keepFiles>8</keepFiles></log>
      <stopparentprocessfirst>true</stopparentprocessfirst><stoptimeout>30sec</stoptimeout>
      <depend>Tcpip</depend><env name="NODE_ENV" value="production"/>
      <serviceaccount><domain>CONTOSO</domain><user>svc</user><password>Pa55w0rd</password></serviceaccount>
      <workingdirectory>C:\\app</workingdirectory>`;
    expect(isNodeWindows(source(xml))).toBe(true);
    const plan = read(xml);
    expect(outcomes(plan)).toEqual({
      BASE: 'spec.environment',
      id: 'spec.name',
      name: 'spec.displayName',
      description: 'spec.description',
      script: 'spec.program',
      execPath: 'spec.program',
      'nodeOptions --harmony': 'dropped',
      nodeOptions: 'spec.program',
      scriptOptions: 'spec.program',
      workingDirectory: 'host.cwd',
      wait: '~spec.recovery',
      grow: '~spec.recovery',
      maxRestarts: '~spec.recovery',
      maxRetries: '~spec.recovery',
      abortOnError: 'spec.recovery',
      stopparentfirst: "~the listeners of the message 'shutdown'",
      log: '~the event source of the service',
      eventlog: '~the event source of the service',
      'wrapper option new': 'dropped',
      logpath: '~host.logging.dir',
      logmode: 'host.logging.maxFiles',
      'logmode (default size)': 'host.logging.maxSize',
      'log sizeThreshold': 'host.logging.maxSize',
      'log keepFiles': 'host.logging.maxFiles',
      stoptimeout: 'host.timeouts.stop',
      depend: 'spec.dependencies',
      'env NODE_ENV': 'spec.environment',
      serviceaccount: 'spec.account',
      'serviceaccount password': 'dropped',
    });
    expect(plan.spec).toMatchObject({
      name: 'orders.exe',
      program: {
        file: 'C:\\nodejs\\node.exe',
        nodeArgs: ['--max-old-space-size=512'],
        script: 'C:\\app\\server.js',
        args: ['--port', '3000', 'a b'],
      },
      recovery: {
        actions: [
          { type: 'restart', delay: 2_000 },
          { type: 'restart', delay: 3_000 },
          { type: 'restart', delay: 4_500 },
          { type: 'none' },
        ],
      },
      account: 'CONTOSO\\svc',
    });
    expect(plan.host).toMatchObject({ cwd: 'C:\\app', timeouts: { stop: 30_000 } });
    expect(JSON.stringify(plan)).not.toContain('Pa55w0rd');
    const { account: _, ...spec } = plan.spec;
    await expectUsable({ ...plan, spec });
  });

  it('of an older version has the options of the wrapper in one line', async () => {
    const plan = read(`<id>orders.exe</id><executable>node</executable>
      <arguments>"${WRAPPER}" -f "C:\\a b\\server.js" -l "Orders" -g 0 -w 1 -m 0 -r 3 -a y -d "C:\\a b"</arguments>`);
    expect(plan.spec.program).toMatchObject({ script: 'C:\\a b\\server.js' });
    expect(plan.host.cwd).toBe('C:\\a b');
    expect(plan.spec.recovery).toEqual({ actions: [] });
    await expectUsable(plan);
  });

  it('without a script is refused', () => {
    const xml = `<id>x</id><executable>node</executable>${args(WRAPPER, '--log', 'x')}`;
    expect(() => read(xml)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });
});
