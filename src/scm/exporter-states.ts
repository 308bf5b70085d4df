import type { ServiceState } from './states.ts';

/**
 * States of a service by the names that windows_exporter gives them, so that its dashboards and alerts fit.
 *
 * Source: https://github.com/prometheus-community/windows_exporter/blob/master/docs/collector.service.md
 */
export const EXPORTER_STATES: Readonly<Record<ServiceState, string>> = {
  stopped: 'stopped',
  startPending: 'start pending',
  stopPending: 'stop pending',
  running: 'running',
  continuePending: 'continue pending',
  pausePending: 'pause pending',
  paused: 'paused',
};
