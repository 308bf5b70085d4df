/** Asks the sessions of this system; arguments are two files: the questions, and what came of them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { listSessions, type MessageOptions, sendMessageToUser, sessionUser } from 'winsvc/session';

/** One question. */
export type Question =
  | { readonly call: 'list' }
  | { readonly call: 'user'; readonly sessionId: number }
  | { readonly call: 'send'; readonly options: MessageOptions };

/** What came of it. */
export interface Outcome {
  readonly value?: unknown;
  readonly error?: {
    readonly name: string;
    readonly code: string;
    readonly message: string;
    readonly win32Code?: number;
  };
}

const [inFile = '', outFile = ''] = process.argv.slice(2);

function ask(question: Question): Promise<unknown> {
  if (question.call === 'list') return listSessions();
  if (question.call === 'user') return sessionUser(question.sessionId);
  return sendMessageToUser(question.options as MessageOptions & { session: 1 });
}

const outcomes: Outcome[] = [];
for (const question of JSON.parse(readFileSync(inFile, 'utf8')) as Question[]) {
  try {
    outcomes.push({ value: await ask(question) });
  } catch (thrown) {
    const { name, code, message, win32Code } = thrown as Required<Outcome>['error'];
    outcomes.push({ error: { name, code, message, ...(win32Code === undefined ? {} : { win32Code }) } });
  }
}
writeFileSync(outFile, JSON.stringify(outcomes));
