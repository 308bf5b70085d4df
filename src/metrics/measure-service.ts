import { ServiceError } from '../errors/service-error.ts';
import { EXPORTER_STATES } from '../scm/exporter-states.ts';
import { isPending, type ServiceState, STATES } from '../scm/states.ts';
import { systemClock } from '../util/clock.ts';
import type { Instruments } from './instruments.ts';
import type { MeasuredService } from './metrics-options.ts';

/** From 10 ms to 2 min: quick programs, and those that need more than the 30 s of the SCM. */
const SECONDS = [0.01, 0.05, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120];

/** Names of the phases that are timed. */
const PHASES: Partial<Record<ServiceState, string>> = {
  startPending: 'start',
  stopPending: 'stop',
  pausePending: 'pause',
  continuePending: 'resume',
};

/** Sets the gauge of one service: 1 for the state that it is in, 0 for the others. */
export function setState(
  gauge: { set(labels: Record<string, string>, value: number): void },
  name: string,
  state: ServiceState,
): void {
  // As windows_exporter writes it.
  for (const other of STATES)
    gauge.set({ name: name.toLowerCase(), state: EXPORTER_STATES[other] }, other === state ? 1 : 0);
}

/** Counts and times what happens to the service of this process. Returns a function that ends it. */
export function measureService(instruments: Instruments, service: MeasuredService): () => void {
  const labels = { name: service.name.toLowerCase() };
  const phases = instruments.histogram(
    'service_phase_duration_seconds',
    'Time that the service took to start, stop, pause or resume.',
    ['name', 'phase'],
    SECONDS,
  );
  const controls = instruments.counter('controls_total', 'Controls that the service received.', ['control']);
  const failures = instruments.counter('service_failures_total', 'Failures of the service and its hooks.', [
    'name',
    'code',
  ]);
  const hangs = instruments.counter('service_hangs_total', 'Times that the event loop was blocked for too long.', [
    'name',
  ]);
  hangs.inc(labels, 0);
  let since: { readonly state: ServiceState; readonly at: number } | undefined;
  const onState = (state: ServiceState): void => {
    const now = systemClock.now();
    const phase = since && since.state !== state ? PHASES[since.state] : undefined;
    if (since && phase !== undefined) phases.observe({ ...labels, phase }, (now - since.at) / 1_000);
    // Checkpoints report the same state again.
    if (since?.state !== state) since = isPending(state) ? { state, at: now } : undefined;
  };
  const onControl = ({ type }: { readonly type: string }): void => {
    controls.inc({ control: type });
  };
  const onError = (error: Error): void => {
    const code = error instanceof ServiceError ? error.code : 'OTHER';
    failures.inc({ ...labels, code });
    if (code === 'HANG') hangs.inc(labels);
  };
  service.on('stateChange', onState);
  service.on('control', onControl);
  service.on('error', onError);
  return () => {
    service.off('stateChange', onState);
    service.off('control', onControl);
    service.off('error', onError);
  };
}
