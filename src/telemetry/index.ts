export { traceService } from './trace-service.ts';
export { traceWatchdog } from './trace-watchdog.ts';
export type { TelemetryOptions } from './telemetry-options.ts';
