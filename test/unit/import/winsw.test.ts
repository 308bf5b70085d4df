import { describe, expect, it } from 'vitest';
import { readXml, toElements } from '../../../src/import/read/xml-tree.ts';
import { importWinsw } from '../../../src/import/tools/winsw.ts';
import { expectUsable, NO_FILES, outcomes } from './support.ts';

const FOLDER = 'C:\\Bestellungen ä';
const source = (xml: string) => ({ root: readXml(xml, 'orders.xml'), folder: FOLDER, expand: (text: string) => text });
const read = (xml: string) => importWinsw(source(`<service>${xml}</service>`), NO_FILES);
const BASIC = '<id>orders</id><executable>node</executable><arguments>server.js</arguments>';

describe('a settings file of WinSW', () => {
  it('has each of its settings in one of the three lists', async () => {
    const plan = read(`
      <!-- <id>not this</id> -->
      <id>orders</id>
      <name>Orders &amp; more</name>
      <description>Takes orders.</description>
      <startmode>Automatic</startmode>
      <delayedAutoStart/>
      <depend>Tcpip</depend>
      <depend>Dnscache</depend>
      <securityDescriptor>D:(A;;GA;;;BA)</securityDescriptor>
      <serviceaccount>
        <domain>CONTOSO</domain><user>svc</user><password>Pa55w0rd</password>
        <allowservicelogon>true</allowservicelogon><prompt>console</prompt>
      </serviceaccount>
      <onfailure action="restart" delay="10 sec"/>
      <onfailure action="restart" delay="1 min"/>
      <onfailure action="reboot"/>
      <resetfailure>1 hour</resetfailure>
      <preshutdown>true</preshutdown>
      <preshutdownTimeout>3 min</preshutdownTimeout>
      <executable>C:\\nodejs\\node.exe</executable>
      <startarguments>--enable-source-maps "%BASE%\\app\\server.js" --port 3000</startarguments>
      <startargument>a b</startargument>
      <workingdirectory>app</workingdirectory>
      <env name="HOME" value="%BASE%\\home"/>
      <env name="CACHE" value="%TEMP%\\x"/>
      <stoptimeout>20 sec</stoptimeout>
      <stopexecutable>node</stopexecutable>
      <stoparguments>stop.js</stoparguments>
      <prestart><executable>%BASE%\\pre.exe</executable><arguments>-a "b c"</arguments><stdoutPath>x</stdoutPath></prestart>
      <poststart><executable>x.exe</executable></poststart>
      <prestop><executable>x.exe</executable></prestop>
      <poststop><executable>%BASE%\\post.exe</executable></poststop>
      <priority>BelowNormal</priority>
      <logpath>%BASE%\\logs</logpath>
      <log mode="roll-by-size-time">
        <sizeThreshold>10240</sizeThreshold>
        <keepFiles>8</keepFiles>
        <pattern>yyyyMMdd</pattern>
        <autoRollAtTime>00:00:00</autoRollAtTime>
        <zipOlderThanNumDays>5</zipOlderThanNumDays>
        <zipDateFormat>yyyyMM</zipDateFormat>
      </log>
      <stopparentprocessfirst>true</stopparentprocessfirst>
      <interactive/>
      <download from="https://example.com/a" to="b"/>
      <sharedDirectoryMapping><map/></sharedDirectoryMapping>
      <hidewindow>true</hidewindow>
      <beeponshutdown/>
      <autoRefresh>false</autoRefresh>
      <waithint>10 sec</waithint>
      <sleeptime>1 sec</sleeptime>
      <extensions><extension/></extensions>
      <somethingNew>1</somethingNew>`);
    expect(outcomes(plan)).toEqual({
      BASE: 'spec.environment',
      id: 'spec.name',
      name: 'spec.displayName',
      description: 'spec.description',
      startmode: 'spec.startType',
      delayedAutoStart: 'spec.startType',
      depend: 'spec.dependencies',
      securityDescriptor: 'spec.securityDescriptor',
      serviceaccount: 'spec.account',
      'serviceaccount password': 'dropped',
      'serviceaccount allowservicelogon': 'winsvc grants the right to log on as a service',
      'serviceaccount prompt': 'dropped',
      onfailure: 'spec.recovery',
      resetfailure: 'spec.recovery',
      preshutdown: '~the stop at SHUTDOWN',
      preshutdownTimeout: 'spec.preshutdownTimeout',
      executable: 'spec.program',
      startarguments: 'spec.program',
      startargument: 'spec.program',
      workingdirectory: 'host.cwd',
      'env HOME': 'spec.environment',
      'env CACHE': 'host.env',
      stoptimeout: 'host.timeouts.stop',
      stopexecutable: 'dropped',
      stoparguments: 'dropped',
      prestart: 'host.before',
      'prestart stdoutPath': 'dropped',
      poststart: 'dropped',
      prestop: 'dropped',
      poststop: 'host.after',
      priority: 'host.priority',
      logpath: '~host.logging.dir',
      'log mode': 'host.logging.interval',
      'log mode (default size)': 'host.logging.maxSize',
      'log sizeThreshold': 'host.logging.maxSize',
      'log keepFiles': 'host.logging.maxFiles',
      'log pattern': '~host.logging.interval',
      'log autoRollAtTime': 'host.logging.interval',
      'log zipOlderThanNumDays': '~host.logging.compress',
      'log zipDateFormat': '~host.logging.compress',
      stopparentprocessfirst: 'the program stops first, then its children end',
      interactive: 'dropped',
      download: 'dropped',
      sharedDirectoryMapping: 'dropped',
      hidewindow: 'dropped',
      beeponshutdown: 'dropped',
      autoRefresh: 'dropped',
      waithint: 'dropped',
      sleeptime: 'dropped',
      extensions: 'dropped',
      somethingNew: 'dropped',
      'exit code 0': 'host.exitCodes.0',
    });
    expect(plan.spec).toEqual({
      name: 'orders',
      displayName: 'Orders & more',
      description: 'Takes orders.',
      startType: 'delayed',
      dependencies: ['Tcpip', 'Dnscache'],
      securityDescriptor: 'D:(A;;GA;;;BA)',
      account: 'CONTOSO\\svc',
      recovery: {
        actions: [
          { type: 'restart', delay: 10_000 },
          { type: 'restart', delay: 60_000 },
          { type: 'reboot', delay: 0 },
        ],
        resetPeriod: 3_600_000,
      },
      preshutdownTimeout: 180_000,
      program: {
        file: 'C:\\nodejs\\node.exe',
        nodeArgs: ['--enable-source-maps'],
        script: `${FOLDER}\\app\\server.js`,
        args: ['--port', '3000', 'a b'],
      },
      environment: { BASE: FOLDER, HOME: `${FOLDER}\\home` },
    });
    expect(plan.host).toEqual({
      cwd: `${FOLDER}\\app`,
      env: { CACHE: '%TEMP%\\x' },
      expandEnv: true,
      timeouts: { stop: 20_000 },
      before: [{ file: `${FOLDER}\\pre.exe`, args: ['-a', 'b c'] }],
      after: [{ file: `${FOLDER}\\post.exe` }],
      priority: 'belowNormal',
      logging: { dir: `${FOLDER}\\logs`, interval: 'daily', maxSize: 10_485_760, maxFiles: 8, compress: true },
      exitCodes: { 0: 'stopped' },
    });
    expect(JSON.stringify(plan)).not.toContain('Pa55w0rd');
    const { account: _, ...withoutAccount } = plan.spec;
    await expectUsable({ ...plan, spec: withoutAccount });
  });

  it('of version 2 in YAML gives the same as in XML', () => {
    const [root] = toElements('service', {
      id: 'orders',
      name: 'Orders',
      startMode: 'Manual',
      executable: 'node',
      arguments: 'server.js\n--port 3000\n',
      onFailure: [{ action: 'restart', delay: '10 sec' }],
      resetFailureAfter: '2 hours',
      env: [{ name: 'A', value: 1 }],
      serviceAccount: { domain: 'CONTOSO', user: 'svc', password: 'secret' },
      depend: ['Tcpip', 'Dnscache'],
      log: { mode: 'roll-by-size', logPath: '%BASE%\\log', sizeThreshold: 512, keepFiles: 3 },
      delayedAutoStart: false,
    });
    const yaml = importWinsw({ root: root!, folder: FOLDER, expand: (text) => text }, NO_FILES);
    const xml = read(`<id>orders</id><name>Orders</name><startmode>Manual</startmode><executable>node</executable>
      <arguments>server.js --port 3000</arguments><onfailure action="restart" delay="10 sec"/>
      <resetfailure>2 hours</resetfailure><env name="A" value="1"/>
      <serviceaccount><username>CONTOSO\\svc</username></serviceaccount><depend>Tcpip</depend><depend>Dnscache</depend>
      <logpath>%BASE%\\log</logpath>
      <log mode="roll-by-size"><sizeThreshold>512</sizeThreshold><keepFiles>3</keepFiles></log>`);
    expect(yaml.spec).toEqual(xml.spec);
    expect(yaml.host).toEqual(xml.host);
    expect(JSON.stringify(yaml)).not.toContain('secret');
  });

  it.each([
    ['append', { cwd: FOLDER }],
    ['reset', { cwd: FOLDER }],
    ['none', { logging: { captureOutput: false } }],
    ['roll', { cwd: FOLDER }],
    ['roll-by-time', { logging: { interval: 'daily' } }],
    ['rotate', { logging: { maxFiles: 8, maxSize: 10_485_760 } }],
  ])('takes the log mode %s', async (mode, host) => {
    const plan = read(`${BASIC}<log mode="${mode}"/>`);
    expect(plan.host).toMatchObject(host);
    await expectUsable(plan);
  });

  it('drops values that make no sense, with the reason', () => {
    const plan = read(`${BASIC}<startmode>Sometimes</startmode><stoptimeout>soon</stoptimeout><priority>x</priority>
      <onfailure action="explode"/><env value="1"/><log mode="x"><sizeThreshold>-1</sizeThreshold></log>`);
    for (const name of ['startmode', 'stoptimeout', 'priority', 'onfailure', 'env', 'log mode', 'log sizeThreshold'])
      expect(outcomes(plan)[name]).toBe('dropped');
  });

  it('has the defaults of WinSW', () => {
    const { host } = read(BASIC);
    expect(host).toMatchObject({ timeouts: { stop: 15_000 }, exitCodes: { 0: 'stopped' }, cwd: FOLDER });
  });

  it.each([
    ['a DTD', '<!DOCTYPE service [<!ENTITY x SYSTEM "file:///c:/x">]><service>&x;</service>', /DTD/],
    ['no end', '<service><id>x</id>', /not XML: line 1/],
    ['an entity without a definition', '<service><id>&x;</id></service>', /not XML/],
    ['too many levels', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`, /deeper than 32/],
    ['too much text', `<a>${'x'.repeat(1_048_576)}</a>`, /longer than 1 MiB/],
    ['comments without an end', '<!--'.repeat(200_000), /not XML/],
    ['a quote without an end', `<a b="${'<'.repeat(500_000)}`, /not XML/],
    ['nothing', '', /not XML/],
  ])('with %s is refused', (_, xml, message) => {
    expect(() => readXml(xml, 'orders.xml')).toThrow(message);
  });

  it('may have > in attributes, comments and CDATA', () => {
    const xml = `<service>${'<env name="A" value="a>b"/>'.repeat(40)}<!-- <a><b> --><id><![CDATA[<x>]]></id></service>`;
    expect(readXml(xml, 'x').children).toHaveLength(41);
  });
});
