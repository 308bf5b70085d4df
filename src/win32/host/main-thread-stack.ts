/** Longest wait for the first answer of the main thread, in milliseconds. One that is in native code never answers. */
const LIMIT_MS = 1_000;
/** Longest wait for its stack after the first answer, in milliseconds: on a busy machine it takes a while. */
const STACK_LIMIT_MS = 3_000;
/** Longest wait for an evaluation there, in milliseconds. */
const EVALUATION_LIMIT_MS = 10_000;
const FRAMES = 20;

interface ScriptParsed {
  readonly params: { readonly scriptId: string; readonly url: string };
}

interface Paused {
  readonly params: {
    readonly callFrames: readonly {
      readonly callFrameId: string;
      readonly functionName: string;
      readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber?: number };
    }[];
  };
}

/** State of the main thread. */
export interface AppView {
  /** Stack; undefined: it is in native code. */
  readonly stack: string | undefined;
  /** Value of the expression, if it is a text. */
  readonly value: string | undefined;
}

/**
 * Takes the stack of the main thread while it is blocked in JavaScript: the inspector interrupts even a busy loop. It
 * doesn't answer in native code. Evaluates `expression` there, if one is given.
 *
 * Source: https://nodejs.org/api/inspector.html#sessionconnecttomainthread
 */
export function mainThreadStack(expression?: string): Promise<AppView> {
  // Not imported: in the one file of the host thread it would be loaded at its start.
  const { Session } = process.getBuiltinModule('node:inspector');
  const session = new Session();
  session.connectToMainThread();
  // The frames name their scripts by number only; enabling the debugger reports each script.
  const urls = new Map<string, string>();
  session.on('Debugger.scriptParsed', (message: unknown) => {
    const { scriptId, url } = (message as ScriptParsed).params;
    urls.set(scriptId, url);
    // It is in JavaScript: there will be a stack.
    answered();
  });
  let answered = (): void => undefined;
  return new Promise((resolve) => {
    const end = (stack?: string, value?: string): void => {
      clearTimeout(limit);
      session.post('Debugger.resume');
      session.post('Debugger.disable');
      resolve({ stack, value });
      // In a later turn: disconnecting right after a post loses it, and without a disconnect Node waits at its exit.
      setTimeout(() => {
        session.disconnect();
      }, 50);
    };
    let limit = setTimeout(end, LIMIT_MS);
    answered = () => {
      answered = () => undefined;
      clearTimeout(limit);
      limit = setTimeout(end, STACK_LIMIT_MS);
    };
    session.once('Debugger.paused', (message: unknown) => {
      const { callFrames } = (message as Paused).params;
      const stack = format(callFrames, urls);
      const [frame] = callFrames;
      if (expression === undefined || !frame) {
        end(stack);
        return;
      }
      clearTimeout(limit);
      limit = setTimeout(end, EVALUATION_LIMIT_MS, stack);
      const { callFrameId } = frame;
      session.post(
        'Debugger.evaluateOnCallFrame',
        { callFrameId, expression, returnByValue: true, silent: true },
        (error, answer) => {
          const value: unknown = error ? undefined : answer.result.value;
          end(stack, typeof value === 'string' ? value : undefined);
        },
      );
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
