import { describe, expect, it } from 'vitest';
import { defineService, ServiceError, Win32Error } from 'winsvc';
import { createMockScm } from 'winsvc/testing';

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const throwing = new Proxy(
  {},
  {
    has() {
      throw new Error('no such thing');
    },
  },
);

describe('instanceof', () => {
  it.each([
    ['a revoked proxy', revoked()],
    ['a proxy whose trap throws', throwing],
    ['null', null],
    ['a text', 'boom'],
  ])('is false and never throws for %s', (_name, value: unknown) => {
    expect(value instanceof ServiceError).toBe(false);
    expect(value instanceof Win32Error).toBe(false);
  });

  it.each([
    ['a revoked proxy', revoked()],
    ['a proxy whose trap throws', throwing],
  ])('lets a service fail of %s like of any error, and log it', async (_name, value) => {
    await using scm = createMockScm();
    const failing = defineService({
      name: 'Failing',
      start() {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- an app can throw anything
        throw value;
      },
    });
    await expect(scm.start(failing)).rejects.toMatchObject({ win32Code: 1064 });
    expect(scm.runs('Failing')[0]?.error).toMatchObject({ code: 'HANDLER_FAILED' });
    const logging = defineService({
      name: 'Logging',
      start(ctx) {
        ctx.log.error('logged', { error: value });
        ctx.log.error(value as Error);
        ctx.log.error('logged', value as Error);
        ctx.log.child({ requestId: 7 }).error(value as Error);
      },
    });
    const run = await scm.start(logging);
    expect(run.state).toBe('running');
    expect(run.log.filter(({ level }) => level === 'error')).toHaveLength(4);
  });

  it('keeps what can be read of data with a getter that throws', async () => {
    await using scm = createMockScm();
    const data = {
      order: 4711,
      get customer(): string {
        throw new Error('not loaded');
      },
    };
    const run = await scm.start(defineService({ name: 'Getter', start: (ctx) => ctx.log.warn('order', data) }));
    expect(run.log).toContainEqual({
      level: 'warn',
      message: 'order',
      data: { order: 4711, customer: '[unreadable: not loaded]' },
    });
  });
});
