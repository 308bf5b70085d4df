import type { DemoScm } from './demo-scm.ts';
import { eventually } from './eventually.ts';
import { type Answer, refusal, request } from './http.ts';
import type { Story } from './story.ts';

const SLOW_MS = 1_500;

/** The life of examples/express-app as a service, told step by step. The same on the mock SCM and on a real one. */
export async function playExpressScenario(
  scm: DemoScm,
  port: number,
  story: Story,
  signal?: AbortSignal,
): Promise<void> {
  /** Tells one step with the state that the SCM has after it. */
  const tell = async (asked: string, app: string, ok: boolean, ...expected: string[]): Promise<void> => {
    signal?.throwIfAborted();
    const state = await scm.state();
    const there = expected.includes(state);
    story.line({ scm: asked, app: there ? app : `${app}; expected ${expected.join(' or ')}`, state, ok: ok && there });
  };
  const served = async (): Promise<number> => (JSON.parse((await request(port, '/stats')).text) as Stats).served;

  await scm.start([String(port)]);
  await tell(`start, argument ${port}`, 'loaded Express and opened its port', true, 'RUNNING');

  const hello = await request(port, '/');
  await tell('', `GET / → ${show(hello)}`, hello.status === 200, 'RUNNING');

  const answer = await scm.interrogate();
  await tell('interrogate', `answered ${answer}`, answer === 'RUNNING', 'RUNNING');

  await scm.pause();
  const paused = await request(port, '/');
  await tell('pause', `GET / → ${show(paused)}`, paused.status === 503, 'PAUSED');

  await scm.resume();
  const resumed = await request(port, '/');
  await tell('continue', `GET / → ${resumed.status}`, resumed.status === 200, 'RUNNING');

  const before = await served();
  await scm.command('resetStats');
  const after = await eventually(served, (count) => count < before);
  await tell('control 200 (resetStats)', `requests counted: ${before} → ${after}`, after < before, 'RUNNING');

  const slow = request(port, `/slow?ms=${SLOW_MS}`).catch((error: unknown) => String(error));
  await eventually(
    async () => (JSON.parse((await request(port, '/stats')).text) as Stats).slow,
    (count) => count === 1,
  );
  await tell('', `GET /slow?ms=${SLOW_MS} … in flight`, true, 'RUNNING');

  await scm.stop();
  const closed = await eventually(
    () => refusal(port),
    // A connection that was on its way in is reset; those after it are refused.
    (code) => code === 'ECONNREFUSED',
  );
  await tell('stop', `GET / → ${closed ?? 'still answered'}; /slow goes on`, closed === 'ECONNREFUSED', 'STOP_PENDING');

  const finished = await slow;
  const whole = typeof finished === 'object' && finished.status === 200;
  await tell(
    '',
    `GET /slow → ${typeof finished === 'string' ? finished : show(finished)}`,
    whole,
    'STOP_PENDING',
    'STOPPED',
  );

  const exit = await scm.stopped();
  const code = await scm.gone();
  await tell('', `process ended with ${code ?? 'no code'}`, exit === 0 && code === 0, 'STOPPED');
}

interface Stats {
  readonly served: number;
  readonly slow: number;
}

function show({ status, text, ms }: Answer): string {
  const took = ms >= 1_000 ? ` after ${(ms / 1_000).toFixed(1)} s` : '';
  return `${status} ${text}${took}`;
}
