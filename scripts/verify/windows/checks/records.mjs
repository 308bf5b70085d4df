// @ts-check
/** Event log, message boxes. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';
import { installEventSource, openEventLog, readEvents, removeEventSource } from 'winsvc/eventlog';
import { listSessions, sendMessageToUser } from 'winsvc/session';
import { EVENT_LOGS } from '../leftovers.mjs';
import { expect, skip, waitUntil } from '../verdict.mjs';

/** MOVEFILE_DELAY_UNTIL_REBOOT */
const AT_RESTART = 4;

/** Has Windows delete a file at its next restart. @param {string} path */
function removeAtRestart(path) {
  if (!existsSync(path)) return;
  const move = koffi.load('kernel32.dll').func('int MoveFileExW(str16 from, str16 to, uint32_t flags)');
  expect(move(path, null, AT_RESTART) !== 0, `${path} can't be removed`);
}

/** @type {import('../check.mjs').Check[]} */
export const checks = [
  {
    id: 'event-text',
    title: 'Event Viewer shows the text of a record (wevtutil)',
    wine: 'its event log stores nothing',
    async run(kit) {
      const source = kit.newName('source');
      kit.onCleanup(() => removeEventSource({ source }));
      await installEventSource({ source });
      const log = openEventLog({ source });
      const text = `Prüfung ${Date.now()} 日本`;
      log.warn(text);
      log.close();
      const query = ['qe', 'Application', `/q:*[System[Provider[@Name='${source}']]]`, '/f:RenderedXml', '/uni:true'];
      const shown = await waitUntil(
        async () => {
          const { stdout } = await kit.run('wevtutil.exe', ...query);
          return stdout.includes('<Message>') && stdout;
        },
        { ms: 10_000, what: 'the record in the log Application' },
      );
      const message = /<Message>([^]*?)<\/Message>/.exec(shown)?.[1] ?? '';
      expect(message.includes(text), `the message is ${message}`);
      return message;
    },
  },
  {
    id: 'event-log-new',
    title: 'A record written right after a new log was made is in that log',
    wine: 'its event log stores nothing',
    async run(kit) {
      const source = kit.newName('source');
      const log = kit.newName('log');
      // The Event Log service holds the file of a log until it is restarted.
      const file = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'winevt', 'Logs', `${log}.evtx`);
      kit.onCleanup(() => removeAtRestart(file));
      kit.onCleanup(() => kit.run('reg.exe', 'delete', `${EVENT_LOGS}\\${log}`, '/f'));
      kit.onCleanup(() => removeEventSource({ source, log }));
      const { ready } = await installEventSource({ source, log });
      expect(ready, 'the Event Log service does not know the log after 10 s');
      const written = openEventLog({ source, log });
      written.warn('first');
      written.close();
      for await (const { message } of readEvents({ log, source, limit: 1 })) {
        expect(message?.includes('first'), `read back: ${String(message)}`);
        return `read back: ${message}`;
      }
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
];
