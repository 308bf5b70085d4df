import { describe, expectTypeOf, it } from 'vitest';
import {
  closeHttpServer,
  defineService,
  type ControlEvent,
  type ErrorCode,
  type ExitCode,
  type PowerEvent,
  type RunResult,
  type Service,
  ServiceError,
  type ServiceOptions,
  type ServiceState,
  type SessionChange,
  type SessionUser,
  type StopContext,
  type StopReason,
  type Win32Error,
} from 'winsvc';

const start = (): void => {};

describe('defineService', () => {
  it('knows the names of the commands', () => {
    const service = defineService({
      name: 'A',
      start,
      commands: { rotateLogs: { code: 200, run: start }, flush: { code: 201, run: start } },
    });
    expectTypeOf(service).toEqualTypeOf<Service<'rotateLogs' | 'flush'>>();
    expectTypeOf(service.commands).toEqualTypeOf<Readonly<Record<'rotateLogs' | 'flush', number>>>();
    // @ts-expect-error -- no such command
    expectTypeOf(service.commands.rotate);
  });

  it('without commands has none', () => {
    const service = defineService({ name: 'A', start });
    // @ts-expect-error -- no such command
    expectTypeOf(service.commands.anything);
  });

  it('needs a name and start', () => {
    // @ts-expect-error -- start is missing
    defineService({ name: 'A' });
    // @ts-expect-error -- name is missing
    defineService({ start });
  });

  it('takes handlers that are synchronous or not', () => {
    expectTypeOf<() => Promise<number>>().toExtend<ServiceOptions['start']>();
    expectTypeOf<() => void>().toExtend<ServiceOptions['start']>();
  });

  it('gives each handler its event', () => {
    defineService({
      name: 'A',
      start: (ctx) => {
        expectTypeOf(ctx.state).toEqualTypeOf<ServiceState>();
        expectTypeOf(ctx.deadline).toEqualTypeOf<Date | undefined>();
        // @ts-expect-error -- only a stop has a reason
        expectTypeOf(ctx.reason);
      },
      stop: (ctx) => {
        expectTypeOf(ctx).toEqualTypeOf<StopContext>();
        expectTypeOf(ctx.reason).toEqualTypeOf<StopReason>();
        expectTypeOf(ctx.deadline).toEqualTypeOf<Date>();
      },
      on: {
        sessionChange: (event) => {
          expectTypeOf(event).toEqualTypeOf<SessionChange>();
          expectTypeOf(event.user()).resolves.toEqualTypeOf<SessionUser | undefined>();
        },
        powerEvent: (event) => {
          expectTypeOf(event).toEqualTypeOf<PowerEvent>();
        },
      },
    });
  });

  it('refuses options that do not exist', () => {
    // @ts-expect-error -- stopp
    defineService({ name: 'A', start, stopp: start });
    // @ts-expect-error -- sesionChange
    defineService({ name: 'A', start, on: { sesionChange: start } });
    // @ts-expect-error -- a command needs a code
    defineService({ name: 'A', start, commands: { go: { run: start } } });
    // @ts-expect-error -- neither
    defineService({ name: 'A', start, shutdown: 'early' });
  });

  it('takes durations as milliseconds or with a unit', () => {
    defineService({ name: 'A', start, timeouts: { start: '30s', stop: 5_000, pause: '1.5 m' } });
    // @ts-expect-error -- no unit of that name
    defineService({ name: 'A', start, timeouts: { start: '30 seconds' } });
    // @ts-expect-error -- no such phase
    defineService({ name: 'A', start, timeouts: { begin: '30s' } });
  });
});

describe('Service', () => {
  it('emits typed events', () => {
    const service = defineService({ name: 'A', start });
    service.on('stateChange', (state) => {
      expectTypeOf(state).toEqualTypeOf<ServiceState>();
    });
    service.on('control', (event) => {
      expectTypeOf(event).toEqualTypeOf<ControlEvent>();
    });
    // @ts-expect-error -- no such event
    service.on('started', start);
    expectTypeOf(service.run).returns.resolves.toEqualTypeOf<RunResult>();
  });
});

describe('ExitCode', () => {
  it('is of Windows or of the service', () => {
    expectTypeOf<{ win32: number }>().toExtend<ExitCode>();
    expectTypeOf<{ service: number }>().toExtend<ExitCode>();
    expectTypeOf<number>().not.toExtend<ExitCode>();
  });
});

describe('errors', () => {
  it('have a code that is one of a list', () => {
    expectTypeOf<ServiceError['code']>().toEqualTypeOf<ErrorCode>();
    expectTypeOf<Win32Error>().toExtend<ServiceError>();
    // @ts-expect-error -- no such code
    expectTypeOf(new ServiceError('OOPS', 'message'));
  });
});

describe('closeHttpServer', () => {
  it('says what became of the connections', () => {
    expectTypeOf(closeHttpServer).returns.resolves.toEqualTypeOf<{
      readonly cut: boolean;
      readonly cutRequests: number;
      readonly ms: number;
    }>();
  });
});
