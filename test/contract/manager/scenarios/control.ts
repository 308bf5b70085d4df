import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { failureOf, refusedWith } from '../expect.ts';
import { scenario } from '../stage.ts';

export const control = [
  scenario('starts with arguments, and waits until it runs', async ({ manager, name, spec, startedWith }) => {
    const own = name();
    await manager.install(spec(own, 'slow'));
    const service = manager.service(own);
    const args = ['plain', 'two words', 'Grüße 試験 €', 'say "hi"', 'C:\\a b\\', '--flag=1'];
    await service.start({ args });
    const { state, pid, exit, accepts } = await service.status();
    equal(state, 'running');
    ok(pid > 0);
    deepEqual(exit, { win32: 0 });
    ok(accepts.includes('stop') && accepts.includes('pauseContinue') && accepts.includes('paramChange'));
    deepEqual(startedWith(own), args);
  }),

  scenario('leaves a service alone that runs already', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install(spec(own));
    const service = manager.service(own);
    await service.start();
    const { pid } = await service.status();
    await service.start();
    equal((await service.status()).pid, pid);
  }),

  scenario('tells of progress while it waits', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install(spec(own, 'slow'));
    const seen: string[] = [];
    let checkpoint = 0;
    const onProgress = (report: { state: string; checkpoint: number }): void => {
      if (seen.at(-1) !== report.state) seen.push(report.state);
      checkpoint = Math.max(checkpoint, report.checkpoint);
    };
    await manager.service(own).start({ onProgress });
    deepEqual(seen, ['startPending', 'running']);
    ok(checkpoint > 0);
  }),

  scenario('stops, and waits until the process has ended', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install(spec(own, 'slow'));
    const service = manager.service(own);
    await service.start();
    await service.stop();
    const { state, pid, exit } = await service.status();
    deepEqual({ state, pid, exit }, { state: 'stopped', pid: 0, exit: { win32: 0 } });
    await service.stop();
  }),

  scenario('stops with a reason, where the system takes none too', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install(spec(own));
    const service = manager.service(own);
    await service.start();
    // SERVICE_STOP_REASON_FLAG_PLANNED, major and minor 'other'.
    await service.stop({ reason: { code: 0x4001_0001, comment: 'the contract wants it' } });
    equal((await service.status()).state, 'stopped');
  }),

  scenario('pauses, resumes, and sends every other control', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install(spec(own));
    const service = manager.service(own);
    await service.start();
    await service.pause();
    equal((await service.status()).state, 'paused');
    await service.resume();
    equal((await service.status()).state, 'running');
    equal((await service.command(200)).state, 'running');
    equal((await service.paramChange()).state, 'running');
    equal((await service.interrogate()).state, 'running');
    equal((await failureOf(service.command('rotate'))).code, 'INVALID_OPTIONS');
    equal((await failureOf(service.command(17))).code, 'INVALID_OPTIONS');
  }),

  scenario('restarts, as a new process', async ({ manager, name, spec, startedWith }) => {
    const own = name();
    await manager.install(spec(own));
    const service = manager.service(own);
    await service.start({ args: ['one'] });
    const { pid } = await service.status();
    await service.restart({ args: ['two'] });
    const after = await service.status();
    equal(after.state, 'running');
    notEqual(after.pid, pid);
    deepEqual(startedWith(own), ['two']);
  }),

  scenario('restarts a service whose process was killed, whatever the SCM says of it', async (stage) => {
    const own = stage.name();
    await stage.manager.install({ ...stage.spec(own), recovery: null });
    const service = stage.manager.service(own);
    await service.start();
    const { pid } = await service.status();
    await stage.kill(own);
    await service.restart({ args: ['again'] });
    const after = await service.status();
    equal(after.state, 'running');
    notEqual(after.pid, pid);
    deepEqual(stage.startedWith(own), ['again']);
    await stage.kill(own);
    await service.stop();
  }),

  scenario('says that a service stopped instead of running, and with what', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install(spec(own, 'fails'));
    const error = await failureOf(manager.service(own).start());
    equal(error.code, 'STATE_NOT_REACHED');
    match(error.message, /1064/);
    deepEqual((error.details?.['report'] as { exit: unknown }).exit, { win32: 1064 });
  }),

  scenario('is refused to start what is disabled: 1058', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install({ ...spec(own), startType: 'disabled' });
    const service = manager.service(own);
    await refusedWith(service.start(), 1058, { api: 'StartServiceW', service: own });
    match((await failureOf(service.start())).hint ?? '', /start type/);
  }),

  scenario('is refused to control what does not run: 1062', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install(spec(own));
    const service = manager.service(own);
    await refusedWith(service.pause(), 1062, { api: 'ControlService', service: own });
    await refusedWith(service.interrogate(), 1062, { api: 'ControlService' });
    await refusedWith(service.command(200), 1062, { api: 'ControlService' });
  }),

  scenario('is refused everything of a service that does not exist: 1060', async ({ manager, name }) => {
    const own = name();
    const service = manager.service(own);
    for (const call of [
      service.status(),
      service.start(),
      service.stop(),
      service.pause(),
      service.dependents(),
      service.uninstall(),
    ])
      await refusedWith(call, 1060, { api: 'OpenServiceW', service: own });
    equal(await service.exists(), false);
    await service.uninstall({ missingOk: true });
    match((await failureOf(service.start())).hint ?? '', /display name/);
  }),

  scenario(
    'is refused a stop while dependents run (1051), and stops them first when asked to',
    async ({ manager, name, spec }) => {
      const [base, middle, top] = [name(), name(), name()];
      await manager.install(spec(base));
      await manager.install({ ...spec(middle), dependencies: [base] });
      await manager.install({ ...spec(top), dependencies: [middle] });
      await manager.service(top).start();
      for (const own of [base, middle]) equal((await manager.service(own).status()).state, 'running');
      const dependents = await manager.service(base).dependents();
      deepEqual(
        dependents.map((service) => service.name),
        [top, middle],
      );
      await refusedWith(manager.service(base).stop(), 1051, { api: 'ControlService', service: base });
      await manager.service(base).restart({ dependents: true });
      for (const own of [base, middle, top]) equal((await manager.service(own).status()).state, 'running');
      await manager.service(base).stop({ dependents: true });
      for (const own of [base, middle, top]) equal((await manager.service(own).status()).state, 'stopped');
      // A restart that was cut in half: the dependents are stopped already, and only their names are left.
      await manager.service(base).restart({ dependents: [middle] });
      equal((await manager.service(middle).status()).state, 'running');
      equal((await manager.service(top).status()).state, 'stopped');
      await manager.service(base).start({ dependents: [middle, top] });
      equal((await manager.service(top).status()).state, 'running');
    },
  ),
];
