// Formats that winsvc reads or writes: configuration, heartbeats, state files, importers, Win32, admin API.
import * as yaml from 'yaml';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../src/admin/api/page-of.ts';
import { mergePatch } from '../../src/admin/api/merge-patch.ts';
import { readRequest } from '../../src/admin/api/read-request.ts';
import { tokenId } from '../../src/admin/security/token.ts';
import { parseInstance } from '../../src/cli/dsc/instance.ts';
import { UsageError } from '../../src/cli/input/usage-error.ts';
import { argumentSettings } from '../../src/config/layers/args-layer.ts';
import { mappedVariables, prefixedVariables, textLayer } from '../../src/config/layers/env-layer.ts';
import { interpolate } from '../../src/config/layers/interpolate.ts';
import { formatSource } from '../../src/config/layers/layer.ts';
import { mergeLayers } from '../../src/config/layers/merge.ts';
import { textToLayer } from '../../src/config/layers/text-layer.ts';
import { formatPath } from '../../src/config/schema/config-schema.ts';
import { spellPath } from '../../src/config/schema/spelling.ts';
import { textAs } from '../../src/config/schema/text-as.ts';
import { ServiceError } from '../../src/errors/service-error.ts';
import { parseEvent } from '../../src/eventlog/read/parse-event.ts';
import { parseLevel } from '../../src/eventlog/write/log-level.ts';
import { readMachines } from '../../src/fleet/machines.ts';
import { decodeBeat, encodeBeat } from '../../src/heartbeat/codec.ts';
import { checkPayload, isTooDeep } from '../../src/heartbeat/payload.ts';
import { readRecords } from '../../src/heartbeat/records.ts';
import { isSenderId } from '../../src/heartbeat/sender-id.ts';
import { splitArguments, toNodeProgram } from '../../src/import/node-program.ts';
import { readXml, toElements } from '../../src/import/read/xml-tree.ts';
import { importNodeWindows, isNodeWindows } from '../../src/import/tools/node-windows.ts';
import { importNssm } from '../../src/import/tools/nssm.ts';
import { importPm2 } from '../../src/import/tools/pm2.ts';
import { importServy, readServy } from '../../src/import/tools/servy.ts';
import { importShawl } from '../../src/import/tools/shawl.ts';
import { importWinsw } from '../../src/import/tools/winsw.ts';
import { parseFlag, parsePriority, parseProcessors, parseTime } from '../../src/import/values.ts';
import { isSameAccess, readEntries, withDacl } from '../../src/manager/settings/sddl.ts';
import { isUnquotedPath, parseCommandLine } from '../../src/manager/spec/command-line.ts';
import { parseSpec } from '../../src/manager/spec/parse-spec.ts';
import { encodeSecret } from '../../src/secret/check-secret.ts';
import { formatRecord, parseRecord } from '../../src/secret/secret-record.ts';
import { parseMessage } from '../../src/session/message-options.ts';
import { splitEntryPath } from '../../src/upgrade/source/entry-path.ts';
import { parseState } from '../../src/upgrade/state/release-state.ts';
import { isOwnHost } from '../../src/util/http-guard.ts';
import { decodeText } from '../../src/util/structured-text/decode-text.ts';
import { parseJson } from '../../src/util/structured-text/parse-json.ts';
import { parseYaml } from '../../src/util/structured-text/parse-yaml.ts';
import { groupNotices } from '../../src/watchdog/notify/notice.ts';
import { webhookRefusal, webhookRequest } from '../../src/watchdog/notify/webhook-forms.ts';
import { detectEncoding } from '../../src/util/detect-encoding.ts';
import { createMatcher } from '../../src/watchdog/sources/matcher.ts';
import { readState, writeState } from '../../src/watchdog/watchdog-state-store.ts';
import { encodeMessageTable } from '../../src/win32/eventlog/message-file/message-table.ts';
import { toMessageText } from '../../src/win32/eventlog/message-file/message-text.ts';
import { decodeSystemFolder, toLibraryPath } from '../../src/win32/ffi/library-path.ts';
import { formatGuid, parseGuid } from '../../src/win32/guid.ts';
import { decodeControl } from '../../src/win32/host/decode-control.ts';
import { decodePowerSetting } from '../../src/win32/host/power-settings.ts';
import { parseHostText } from '../../src/win32/host-settings-place.ts';
import { formatSid } from '../../src/win32/scm/account-sid.ts';
import { decodeMultiText, encodeMultiText } from '../../src/win32/scm/blob.ts';
import { decodeStatus } from '../../src/win32/scm/decode-status.ts';
import { toVariables } from '../../src/win32/scm/environment.ts';
import { parseSid } from '../../src/win32/sid.ts';
import { hostileObject, hostileText, hostileValue, isWellFormed, toWellFormed } from '../support/hostile.ts';
import { numRuns } from '../support/num-runs.ts';
import { guid } from './arbitraries.ts';

const always = <T>(of: fc.Arbitrary<T>, hold: (value: T) => void): void => {
  fc.assert(fc.property(of, hold), { numRuns });
};
/** Result, or the error of the kind that is documented; anything else is thrown. */
function orError<T>(run: () => T, kind: new (...args: never[]) => Error = ServiceError): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof kind) return undefined;
    throw error;
  }
}

describe('configuration', () => {
  const source = { from: 'file', file: 'app.yaml', line: undefined } as const;

  it('as bytes is text or a problem', () => {
    always(
      fc.oneof(
        fc.uint8Array(),
        hostileText.map((text) => Buffer.from(text, 'utf16le')),
      ),
      (bytes) => {
        const decoded = decodeText(bytes);
        if ('text' in decoded) expect(isWellFormed(decoded.text)).toBe(true);
        else expect(decoded.problem).not.toBe('');
      },
    );
  });
  it('as YAML or JSON becomes a layer', () => {
    always(fc.tuple(hostileText, fc.jsonValue()), ([text, value]) => {
      for (const parsed of [
        parseYaml(yaml, text),
        parseJson(text),
        parseYaml(yaml, yaml.stringify(value)),
        parseJson(JSON.stringify(value)),
      ]) {
        const layer = textToLayer(source, parsed, { A: '1' });
        expect(layer.value === undefined || typeof layer.value === 'object').toBe(true);
        expect(({} as { a?: unknown }).a).toBeUndefined();
      }
    });
  });
  it('of arguments and variables becomes a layer', () => {
    always(
      fc.tuple(
        fc.array(hostileText.map((it) => `--${it}`)),
        hostileObject.map((it) => Object.fromEntries(Object.keys(it).map((key) => [`P_${key}`, key]))),
      ),
      ([args, variables]) => {
        const layers = [
          textLayer(argumentSettings(args, undefined, {})),
          textLayer(prefixedVariables('P_', variables, undefined, {})),
          textLayer(mappedVariables(Object.fromEntries(Object.keys(variables).map((key) => [key, key])), variables)),
        ];
        expect(mergeLayers(layers).value).toBeTypeOf('object');
        for (const { problems } of layers)
          for (const { source: from } of problems) if (from) expect(formatSource(from)).not.toBe('');
        expect(Object.prototype).not.toHaveProperty('polluted');
      },
    );
  });
  it('has its variables filled in', () => {
    always(hostileText, (text) => {
      const filled = interpolate(text, {});
      if (!text.includes('${')) expect(filled).toMatchObject({ text, broken: false, missing: [] });
      expect(interpolate(`\${NAME:-${text.replaceAll(/[{}$]/g, '')}}`, {}).text).toBe(text.replaceAll(/[{}$]/g, ''));
      expect(interpolate('${NAME}', { NAME: text }).text).toBe(text);
    });
  });
  it('as text becomes what the schema expects, exactly', () => {
    always(
      fc.tuple(
        hostileText,
        fc.constantFrom('number', 'int', 'bigint', 'boolean', 'null', 'array', 'object', 'record', 'any'),
      ),
      ([text, expected]) => {
        const value = textAs(text, expected);
        if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
        expect(typeof formatPath(spellPath([text], undefined, {}))).toBe('string');
      },
    );
  });
});

describe('heartbeats', () => {
  const key = 'k'.repeat(16);
  const beat = fc.record({
    id: hostileText.filter(isSenderId),
    boot: fc.constant('boot'),
    seq: fc.nat(),
    time: fc.nat(),
    pid: fc.nat(),
    end: fc.boolean(),
    to: fc.option(hostileText, { nil: undefined }),
    payload: fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 3 })),
  });
  it('are decoded as they were encoded; a changed one is refused', () => {
    always(fc.tuple(beat, fc.nat(), hostileText), ([sent, at, text]) => {
      const line = encodeBeat(sent, key);
      const decoded = decodeBeat(line, key);
      if (!('beat' in decoded)) expect(line.length).toBeGreaterThan(65_536);
      else
        expect(JSON.parse(JSON.stringify({ ...decoded.beat, size: undefined }))).toEqual(
          JSON.parse(JSON.stringify(sent)),
        );
      const changed = `${line.slice(0, at % line.length)}${text}${line.slice((at % line.length) + 1)}`;
      const hex = /^[\da-f]{64}/i.exec(changed)?.[0]?.toLowerCase();
      if (changed !== line && !(hex === line.slice(0, 64) && changed.slice(64) === line.slice(64)))
        expect(decodeBeat(changed, key)).toHaveProperty('refused');
    });
  });
  it('without a key never throw', () => {
    always(
      fc.oneof(
        hostileText,
        hostileObject.map((it) => `- ${JSON.stringify(it)}`),
      ),
      (line) => {
        const decoded = decodeBeat(line, undefined);
        if ('beat' in decoded) expect(isSenderId(decoded.beat.id)).toBe(true);
      },
    );
  });
  it('have a payload of plain JSON, or an error', () => {
    always(hostileValue, (value) => {
      const payload = orError(() => checkPayload(value), Error);
      expect(isTooDeep(payload)).toBe(false);
    });
  });
  it('of a state file are senders or nothing', () => {
    always(
      fc.oneof(
        hostileValue,
        fc.array(hostileObject).map((senders) => ({ version: 1, senders })),
      ),
      (value) => {
        expect(readRecords(value)).toBeInstanceOf(Array);
      },
    );
  });
});

describe('watchdog', () => {
  const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(1e300, -1e300, 8.64e15, 8.64e15 + 1));
  const file = fc.record({
    version: fc.constant(1),
    targets: fc.dictionary(
      hostileText,
      fc.record({
        actions: fc.array(number),
        streak: number,
        lastActionAt: number,
        quietUntil: number,
        gaveUpAt: number,
      }),
    ),
    notices: fc.dictionary(
      hostileText,
      fc.array(
        fc.record({
          at: number,
          target: hostileText,
          kind: fc.constantFrom('failed', 'gaveUp'),
          severity: fc.constantFrom('info', 'error'),
          text: hostileText,
        }),
      ),
    ),
  });
  it('reads any state file, sends its notices and writes it again', () => {
    always(fc.oneof(hostileValue, file), (value) => {
      const moment = { now: 5_000, timeOfDay: 1e12 };
      const state = readState(value, moment, () => 60_000);
      for (const memory of state.targets.values()) {
        expect(memory.actions.every((at) => at <= moment.now)).toBe(true);
        if (memory.quietUntil) expect(memory.quietUntil).toBeLessThanOrEqual(moment.now + 60_000);
      }
      expect(() => JSON.stringify(writeState(state.targets, state.notices, moment))).not.toThrow();
      for (const notices of state.notices.values()) {
        if (notices.length === 0) continue;
        const message = groupNotices(notices, 'machine', 0);
        for (const format of ['json', 'slack', 'teams', 'wecom', 'dingtalk'] as const)
          expect(Buffer.byteLength(webhookRequest('https://h/', format, 'secret', message, 1).body)).toBeGreaterThan(2);
      }
    });
  });
  it('reads any answer of a webhook and any log', () => {
    always(fc.tuple(hostileText, fc.uint8Array()), ([body, bytes]) => {
      for (const format of ['json', 'wecom', 'dingtalk'] as const)
        expect(['string', 'undefined']).toContain(typeof webhookRefusal(format, body));
      expect(detectEncoding(Buffer.from(bytes))).toMatch(/^utf/);
    });
  });
  it('finds a word of any text as it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        hostileText.filter((text) => text.trim() !== ''),
        async (text) => {
          const test = await createMatcher({ patterns: [text] });
          expect(test?.(` ${text} `)).toBe(true);
        },
      ),
      { numRuns },
    );
  });
});

describe('settings of other tools', () => {
  const files = {
    packageScript: (_: string, script: string) => (script === 'start' ? 'node "server.js"' : undefined),
    scriptFile: (path: string) => path,
  };
  const expand = (text: string): string => text;
  const element = fc.tuple(
    fc.constantFrom(
      'id',
      'name',
      'executable',
      'arguments',
      'env',
      'onfailure',
      'log',
      'logpath',
      'priority',
      'stoptimeout',
      'startmode',
      'depend',
      'serviceaccount',
      'Other',
    ),
    hostileText,
  );
  const settings = fc.array(element).map((list) => ({
    name: 'service',
    attributes: {},
    text: '',
    children: [...list, ['id', 'x'] as const, ['executable', 'node'] as const, ['arguments', 'a.js'] as const].map(
      ([name, text]) => ({
        name,
        text,
        attributes: { name: text, value: text, action: text, delay: text, mode: text },
        children: toElements('username', text),
      }),
    ),
  }));
  const names = [
    'AppExit',
    'AppEvents',
    'AppAffinity',
    'AppPriority',
    'AppStdout',
    'AppStderr',
    'AppRotateBytes',
    'AppEnvironment',
    'AppEnvironmentExtra',
    'AppStopMethodSkip',
    'AppThrottle',
    'AppRestartDelay',
  ];

  it('as XML or YAML become elements', () => {
    always(hostileText, (text) => {
      const xml = orError(() => readXml(text, 'x.xml'));
      if (xml) expect(xml.name).not.toBe('');
      const shown = `<service><id>${text.replaceAll(/[&<>]|\p{Cc}|\p{Surrogate}|[\ufffe\uffff]/gu, '')}</id></service>`;
      expect(readXml(shown, 'x.xml').children[0]?.name).toBe('id');
    });
    always(fc.tuple(hostileText, hostileValue), ([name, value]) => {
      expect(toElements(name, fc.stringify(value))).toHaveLength(1);
      expect(toElements(name, value)).toBeInstanceOf(Array);
    });
  });
  it('become a plan, or an error that says why not', () => {
    always(settings, (root) => {
      const source = { root, folder: 'C:\\app', expand };
      expect(typeof isNodeWindows(source)).toBe('boolean');
      const plans = [
        orError(() => importWinsw(source, files)),
        orError(() => importNodeWindows(source, files)),
        orError(() =>
          importServy(
            readServy({
              ...root,
              children: [
                ...root.children,
                ...toElements('ExecutablePath', 'node.exe'),
                ...toElements('Parameters', 'a.js'),
                ...toElements('Name', 'x'),
              ],
            }),
            files,
          ),
        ),
      ];
      for (const plan of plans)
        if (plan)
          expect(
            orError(() => parseSpec({ mode: 'install', name: plan.spec.name, spec: plan.spec, plan: true } as never)) ??
              {},
          ).toBeTypeOf('object');
    });
  });
  it('of pm2 become a plan', () => {
    const spelled = fc.constantFrom(
      'script',
      'name',
      'args',
      'node_args',
      'interpreter',
      'env',
      'max_memory_restart',
      'cron_restart',
      'kill_timeout',
      'exp_backoff_restart_delay',
      'instances',
      'out_file',
      'cwd',
      'watch',
      'stop_exit_codes',
      'min_uptime',
      'restart_delay',
    );
    always(
      fc.dictionary(fc.oneof(spelled, hostileText), fc.oneof(hostileText, fc.jsonValue()), { maxKeys: 8 }),
      (app) => {
        orError(() => importPm2({ app: { script: 'a.js', ...app }, folder: '/app', isDump: false }, files));
        expect(
          orError(() =>
            importPm2(
              {
                app: { ...app, script: 'a.js', interpreter: 'node', args: '', node_args: '', name: 'x' },
                folder: 'C:\\app',
                isDump: true,
              },
              files,
            ),
          )?.spec.name,
        ).toBe('x');
      },
    );
  });
  it('of NSSM and Shawl become a plan', () => {
    const config = {
      name: 'x',
      displayName: 'x',
      startType: 'auto',
      dependencies: [],
      account: 'LocalSystem',
      imagePath: 'shawl.exe run -- node a.js',
    };
    always(
      fc.tuple(
        fc.dictionary(
          fc.constantFrom(...names),
          fc.oneof(hostileText, fc.nat(), fc.array(hostileText), fc.uint8Array()),
        ),
        hostileText,
      ),
      ([values, text]) => {
        const parameters = {
          values: { Application: 'C:\\node.exe', AppParameters: 'a.js', AppDirectory: 'C:\\app', ...values },
          keys: { AppExit: { values, keys: {} }, AppEvents: { values: {}, keys: { [text]: { values, keys: {} } } } },
        };
        expect(importNssm({ config: config as never, parameters: parameters, expand }, files).spec.name).toBe('x');
        orError(() =>
          importShawl(
            { config: { ...config, imagePath: `shawl.exe run ${text} -- node a.js` } as never, expand },
            files,
          ),
        );
      },
    );
  });
  it('have times, flags and processors within their bounds', () => {
    always(hostileText, (text) => {
      expect(parseTime(text) ?? 0).toBeGreaterThanOrEqual(0);
      expect(parseTime(`5 ${text}`) ?? 0).toBeGreaterThanOrEqual(0);
      expect([true, false, undefined]).toContain(parseFlag(text));
      expect(parsePriority(text) ?? 'normal').toMatch(/^[a-zA-Z]+$/);
      for (const processor of parseProcessors(text) ?? []) expect(processor).toBeLessThan(64);
      orError(() => toNodeProgram(text, splitArguments(text), 'C:\\app', files));
    });
  });
});

describe('command lines and access lists', () => {
  it('of the SCM are split, whatever they are', () => {
    always(hostileText, (line) => {
      expect(parseCommandLine(line).args).toBeInstanceOf(Array);
      expect(typeof isUnquotedPath(line)).toBe('boolean');
    });
  });
  it('are compared and replaced', () => {
    const ace = fc
      .tuple(
        fc.constantFrom('A', 'D', 'OA', 'XA'),
        hostileText.map((it) => it.replaceAll(/[;()]/g, '')),
        fc.constantFrom('GA', '0x1ff', 'CCLC', ''),
      )
      .map(([type, sid, rights]) => `(${type};;${rights};;;${sid})`);
    always(
      fc.oneof(
        hostileText,
        fc.array(ace).map((all) => `O:BAD:P${all.join('')}`),
      ),
      (sddl) => {
        expect(isSameAccess(sddl, sddl)).toBe(true);
        expect(readEntries(sddl)).toBeInstanceOf(Array);
        expect(isSameAccess(withDacl('O:BAD:(A;;GA;;;SY)', 'D:(A;;CC;;;BA)'), 'D:(A;;CC;;;BA)')).toBe(true);
        expect(typeof withDacl(sddl, sddl)).toBe('string');
      },
    );
  });
  it('a spec of anything is checked', () => {
    always(fc.tuple(hostileText, hostileObject, hostileObject), ([name, spec, host]) => {
      orError(() => parseSpec({ mode: 'install', name, spec: { ...spec, imagePath: name, host } } as never));
      orError(() => parseSpec({ mode: 'configure', name: 'x', spec } as never));
    });
  });
});

describe('Win32', () => {
  it('GUIDs and SIDs come back as they were', () => {
    always(guid, (text) => {
      expect(formatGuid(parseGuid(text))).toBe(text);
    });
    always(
      fc.tuple(fc.nat({ max: 2 ** 31 - 1 }), fc.array(fc.nat({ max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 15 })),
      ([authority, parts]) => {
        const text = ['S', 1, authority, ...parts].join('-');
        expect(formatSid(parseSid(text))).toBe(text);
      },
    );
    always(hostileText, (text) => {
      orError(() => parseSid(text));
    });
  });
  it('lists and environments come back as they were', () => {
    const word = hostileText.map((it) => toWellFormed(it.replaceAll('\0', ''))).filter((it) => it !== '');
    always(fc.tuple(fc.array(word), fc.uint8Array()), ([list, rest]) => {
      expect(decodeMultiText(encodeMultiText(list))).toEqual(list);
      expect(decodeMultiText(Buffer.from(rest))).toBeInstanceOf(Array);
      const names = list.map((it, at) => `v${at}${it.replaceAll('=', '')}`);
      expect(toVariables(names.map((name) => `${name}=${name}=`))).toEqual(
        Object.fromEntries(names.map((name) => [name, `${name}=`])),
      );
      expect(Object.keys(toVariables(list)).length).toBeLessThanOrEqual(list.length);
    });
  });
  it('controls and their data of any length are events', () => {
    always(
      fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 0x9000 }), fc.uint8Array({ maxLength: 80 }), guid),
      ([code, type, bytes, id]) => {
        const memory = Buffer.concat([Buffer.from(bytes), Buffer.alloc(4_096)]);
        expect(decodeControl(code, type, undefined)).toHaveProperty('type');
        expect(
          decodeControl(code, type, (offset, length) => memory.subarray(offset, offset + Math.min(length, 4_096))),
        ).toHaveProperty('type');
        expect(decodePowerSetting(id, bytes)).toMatchObject({ guid: id });
      },
    );
  });
  it('a status of any bytes has a state', () => {
    always(fc.uint8Array({ minLength: 36, maxLength: 36 }), (bytes) => {
      expect(decodeStatus(Buffer.from(bytes)).state).not.toBe('');
    });
  });
  it('texts of messages, hosts and folders come back', () => {
    always(fc.tuple(hostileText, fc.array(fc.tuple(fc.nat({ max: 70_000 }), hostileText))), ([text, list]) => {
      expect(toMessageText(text).replaceAll('%%', '')).not.toMatch(/%(?![1-9]|!)/);
      const messages = [...new Map(list)].map(([id, each]) => ({ id, text: each }));
      expect(encodeMessageTable(messages).readUInt32LE(0)).toBeLessThanOrEqual(Math.max(messages.length, 0));
      expect(orError(() => parseHostText(text), SyntaxError) ?? {}).toBeTypeOf('object');
      expect(parseHostText(`${JSON.stringify({ text })}\0${text}`)).toEqual({ text });
      const folder = toWellFormed(text);
      expect(decodeSystemFolder(Buffer.from(`${folder}\0x`, 'utf16le'), folder.length)).toBe(folder);
      expect(toLibraryPath('advapi32.dll', () => folder)).toBe(`${folder}\\advapi32.dll`);
    });
  });
  it('an event with any text is read', () => {
    const escape = (text: string): string =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
    always(fc.tuple(hostileText, fc.array(hostileText), hostileText), ([name, strings, message]) => {
      const xml = `<Event><System><Provider Name="${escape(name)}"/><EventID Qualifiers="1">7</EventID><Level>2</Level><TimeCreated SystemTime="2026-01-01T00:00:00Z"/><Keywords>0x80000000000000</Keywords></System><EventData>${strings.map((text) => `<Data Name="${escape(name)}">${escape(text)}</Data>`).join('')}<Binary>00ff</Binary></EventData></Event>`;
      expect(parseEvent({ xml, message })).toMatchObject({
        id: 7,
        level: 'error',
        message,
        data: Buffer.of(0, 255),
      });
    });
  });
});

describe('admin, upgrades, sessions, secrets, fleets', () => {
  it('cursors come back; others are refused', () => {
    always(hostileText, (text) => {
      expect(decodeCursor(encodeCursor(text))).toBe(toWellFormed(text));
      orError(() => decodeCursor(text), Error);
      expect(tokenId(text)).toBeUndefined();
    });
  });
  it('a patch never reaches a prototype', () => {
    always(fc.tuple(hostileObject, hostileObject), ([target, patch]) => {
      const merged = mergePatch(target, patch) as Record<string, unknown>;
      for (const [key, value] of Object.entries(patch)) expect(Object.hasOwn(merged, key)).toBe(value !== null);
      expect(Object.prototype).not.toHaveProperty('polluted');
    });
  });
  it('a request is read, or refused with a code', async () => {
    const route = { body: undefined, bodyOptional: true } as never;
    await fc.assert(
      fc.asyncProperty(hostileText, hostileText, async (query, body) => {
        const url = new URL('http://h/');
        url.search = query;
        const post = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
        const bodied = { body: { safeParse: (data: unknown) => ({ data }) } } as never;
        for (const attempt of [
          readRequest(route, new Request(url), {}),
          readRequest(bodied, new Request('http://h/', post), {}),
        ]) {
          const error: unknown = await attempt.then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          if (error !== undefined)
            expect((error as { code: string }).code).toMatch(/^(?:INVALID_REQUEST|MALFORMED_BODY)$/);
        }
      }),
      { numRuns },
    );
  });
  it('a Host header of another name is refused', () => {
    always(hostileText, (header) => {
      const name = `${header.replaceAll(/[[\]:]/g, '')}.evil`;
      expect(isOwnHost(name, '127.0.0.1')).toBe(false);
      expect(typeof isOwnHost(header, '127.0.0.1', [])).toBe('boolean');
    });
  });
  it('entries of archives stay inside', () => {
    always(
      fc
        .array(fc.oneof(hostileText, fc.constantFrom('..', '.', 'package')), { minLength: 1 })
        .map((parts) => parts.join('/')),
      (path) => {
        for (const name of orError(() => splitEntryPath(path)) ?? [])
          expect(name).not.toMatch(/^\.\.?$|[<>:"|?*\\/\0-\x1f]|[. ]$/);
      },
    );
  });
  it('records of releases, DSC instances, messages and levels are checked', () => {
    always(fc.tuple(hostileValue, hostileObject, hostileText), ([value, object, text]) => {
      orError(() => parseState(value, 'releases.json'));
      orError(() => parseInstance(text), UsageError);
      orError(() => parseInstance(JSON.stringify(object)), UsageError);
      orError(() => parseMessage({ title: text, text, ...object }));
      orError(() => parseLevel(text as never));
    });
  });
  it('secrets come back as they were; damaged files are none', () => {
    always(fc.tuple(hostileText, fc.uint8Array({ minLength: 1 })), ([text, bytes]) => {
      const record = { name: text, scope: 'user', machine: text, user: text, data: Buffer.from(bytes) } as const;
      expect(parseRecord(formatRecord(record))).toEqual(JSON.parse(JSON.stringify(text)) === text ? record : record);
      expect(parseRecord(text)).toBeUndefined();
      const encoded = orError(() => encodeSecret(text));
      if (encoded) expect(encoded.toString()).toBe(text);
    });
  });
  it('lists of machines are names, or an error', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const list = await readMachines(text.replaceAll('@', '')).catch((error: unknown) => {
          expect(error).toBeInstanceOf(ServiceError);
          return [];
        });
        for (const machine of list) expect(machine).not.toMatch(/[\s\\/,"'<>|&]/);
      }),
      { numRuns },
    );
  });
});
