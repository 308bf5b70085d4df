// @ts-check
/** Event log, message boxes, log folders, secrets. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { installEventSource, openEventLog, readEvents, removeEventSource } from 'winsvc/eventlog';
import { openSecretStore } from 'winsvc/secret';
import { listSessions, sendMessageToUser } from 'winsvc/session';
import { expect, skip, waitUntil } from '../kit.mjs';

const programData = () => process.env['ProgramData'] ?? 'C:\\ProgramData';

/** @type {import('../check.mjs').Check[]} */
export const checks = [
  {
    id: 'event-text',
    title: 'Event Viewer shows the text of a record (wevtutil)',
    wine: 'its event log stores nothing',
    async run(kit) {
      const source = kit.newName('source');
      await installEventSource({ source });
      kit.onCleanup(() => removeEventSource({ source }));
      const log = openEventLog({ source });
      const text = `Prüfung ${Date.now()} 日本`;
      log.warn(text);
      log.close();
      const query = `*[System[Provider[@Name='${source}']]]`;
      const shown = await waitUntil(
        async () => {
          const { stdout } = await kit.run(
            'wevtutil.exe',
            'qe',
            'Application',
            `/q:${query}`,
            '/f:RenderedXml',
            '/c:1',
            '/rd:true',
            '/uni:true',
          );
          return stdout.includes('<Message>') && stdout;
        },
        { ms: 10_000, what: 'the record in the log Application' },
      );
      expect(shown.replaceAll('\0', '').includes(String(text.split(' ')[1])), shown);
      return 'the message has its text';
    },
  },
  {
    id: 'event-log-new',
    title: 'A record written right after a new log was made is in that log',
    wine: 'its event log stores nothing',
    async run(kit) {
      const source = kit.newName('source');
      const log = kit.newName('log');
      const key = `HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\${log}`;
      kit.onCleanup(() => kit.run('reg.exe', 'delete', key, '/f'));
      const { ready } = await installEventSource({ source, log });
      kit.onCleanup(() => removeEventSource({ source, log }));
      expect(ready, 'the Event Log service does not know the log after 10 s');
      const written = openEventLog({ source, log });
      written.warn('first');
      written.close();
      for await (const { message } of readEvents({ log, source, limit: 1 })) return `read back: ${String(message)}`;
      throw new Error('the record is not in the new log');
    },
  },
  {
    id: 'message-box',
    title: 'A message box is shown to a user, and times out',
    wine: 'its WTSSendMessageW only fails',
    async run() {
      const sessions = await listSessions();
      const active = sessions.find(({ state }) => state === 'active');
      if (!active) skip('no user is logged on');
      const answer = await sendMessageToUser({
        session: active.id,
        title: 'winsvc',
        text: 'verify:windows',
        timeout: '2s',
      });
      expect(answer === 'timeout' || answer === 'ok', `answer ${String(answer)}`);
      return `answer ${String(answer)}`;
    },
  },
  {
    id: 'log-folder-access',
    title: 'The log folder is open to SYSTEM, Administrators and the service only (icacls)',
    wine: 'its folders have the access of the Linux user',
    async run(kit) {
      const { name, service } = await kit.install('acl', { account: 'virtual' });
      await kit.run('icacls.exe', kit.folder, '/grant', `NT SERVICE\\${name}:(OI)(CI)M`);
      await service.start();
      const dir = join(programData(), name, 'logs');
      expect(existsSync(dir), `${dir} does not exist`);
      expect(readdirSync(dir).length > 0, `${dir} is empty`);
      const { stdout } = await kit.run('icacls.exe', dir);
      const foreign = stdout.match(/^.*(?:BUILTIN\\Users|Everyone|Authenticated Users|\\Benutzer|Jeder).*$/gim);
      expect(!foreign, `${String(foreign)}`);
      return stdout.trim().split(/\r?\n/).slice(0, 6).join(' | ');
    },
  },
  {
    id: 'log-folder-squatted',
    title: 'A junction in the place of the log folder is refused',
    wine: 'Wine 8 makes no junctions',
    async run(kit) {
      const name = kit.newName('squat');
      const target = join(kit.folder, 'elsewhere');
      mkdirSync(target);
      const parent = join(programData(), name);
      mkdirSync(parent, { recursive: true });
      symlinkSync(target, join(parent, 'logs'), 'junction');
      kit.onCleanup(() => rmSync(parent, { recursive: true, force: true }));
      const { service } = await kit.install('squatted', {}, { name });
      await service.start().catch(() => undefined);
      await service.stop().catch(() => undefined);
      expect(readdirSync(target).length === 0, `written through the junction: ${readdirSync(target).join(', ')}`);
      return 'nothing was written through it';
    },
  },
  {
    id: 'log-folder-account',
    title: 'A service logs on after a change of its account',
    wine: 'its folders have the access of the Linux user',
    async run(kit) {
      const { name, service } = await kit.install('account', { account: 'virtual' });
      for (const account of [`NT SERVICE\\${name}`, 'NT AUTHORITY\\LocalService'])
        await kit.run('icacls.exe', kit.folder, '/grant', `${account}:(OI)(CI)M`);
      const log = join(programData(), name, 'logs', `${name}.log`);
      const life = async () => {
        await service.start();
        await service.stop();
        return statSync(log).size;
      };
      const before = await life();
      await service.configure({ account: 'LocalService' });
      const after = await life();
      expect(after > before, `${log} has ${after} bytes, and had ${before}`);
      return `${before} bytes, then ${after}`;
    },
  },
  {
    id: 'secret-folder',
    title: 'The secrets of a service are encrypted, and open to SYSTEM, Administrators and the service only (icacls)',
    wine: 'its folders have the access of the Linux user',
    async run(kit) {
      const name = kit.newName('secret');
      const store = openSecretStore(name);
      kit.onCleanup(() => rmSync(join(programData(), name), { recursive: true, force: true }));
      await store.set('DB', 'S3cr3t', { account: `NT SERVICE\\${name}` });
      expect((await store.get('db')) === 'S3cr3t', 'the secret does not come back');
      const { stdout } = await kit.run('icacls.exe', store.folder);
      const foreign = stdout.match(/^.*(?:BUILTIN\\Users|Everyone|Authenticated Users|\\Benutzer|Jeder).*$/gim);
      expect(!foreign, `${String(foreign)}`);
      return stdout.trim().split(/\r?\n/).slice(0, 6).join(' | ');
    },
  },
];
