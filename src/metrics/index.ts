export { createMetrics, type Metrics } from './create-metrics.ts';
export type { ListedState, MeasuredService, MetricsOptions, ServiceLister } from './metrics-options.ts';
export { writeFileSd, type FileSdGroup } from './file-sd.ts';
export type { MetricsSource } from '../health/index.ts';
export { ServiceError, type ServiceErrorOptions } from '../errors/service-error.ts';
export type { ErrorCode } from '../errors/error-codes.ts';
