/** How long the main thread may take to answer; one that is stuck in native code never does. */
const LIMIT_MS = 400;
const FRAMES = 20;

interface ScriptParsed {
  readonly params: { readonly scriptId: string; readonly url: string };
}

interface Paused {
  readonly params: {
    readonly callFrames: readonly {
      readonly functionName: string;
      readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber?: number };
    }[];
  };
}

/**
 * The stack of the main thread while it is blocked in JavaScript: the inspector interrupts even a busy loop. Undefined
 * when it doesn't answer, because it is stuck in native code.
 *
 * Source: https://nodejs.org/api/inspector.html#sessionconnecttomainthread
 */
export function mainThreadStack(): Promise<string | undefined> {
  // Not imported: in the one file of the host thread it would be loaded at its start.
  const { Session } = process.getBuiltinModule('node:inspector');
  const session = new Session();
  session.connectToMainThread();
  // The frames name their scripts by number only; enabling the debugger tells of each script that there is.
  const urls = new Map<string, string>();
  session.on('Debugger.scriptParsed', (message: unknown) => {
    const { scriptId, url } = (message as ScriptParsed).params;
    urls.set(scriptId, url);
  });
  return new Promise((resolve) => {
    const end = (stack: string | undefined): void => {
      clearTimeout(limit);
      session.post('Debugger.resume');
      session.post('Debugger.disable');
      resolve(stack);
      // In a later turn: disconnecting right behind a post loses it, and not at all makes Node wait for us at the end.
      setTimeout(() => {
        session.disconnect();
      }, 50);
    };
    const limit = setTimeout(() => {
      end(undefined);
    }, LIMIT_MS);
    session.once('Debugger.paused', (message: unknown) => {
      end(format((message as Paused).params.callFrames, urls));
    });
    session.post('Debugger.enable');
    session.post('Debugger.pause');
  });
}

function format(frames: Paused['params']['callFrames'], urls: ReadonlyMap<string, string>): string {
  return frames
    .slice(0, FRAMES)
    .map(({ functionName, location }) => {
      const at = `${urls.get(location.scriptId) ?? '<unknown>'}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`;
      return `    at ${functionName === '' ? at : `${functionName} (${at})`}`;
    })
    .join('\n');
}
