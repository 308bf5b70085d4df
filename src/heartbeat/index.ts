export { createHeartbeatSender, type HeartbeatSender, type HeartbeatSenderEvents } from './sender.ts';
export type { HeartbeatRetry, HeartbeatSenderOptions, HeartbeatTarget } from './sender-options.ts';
export {
  createHeartbeatReceiver,
  type HeartbeatReceiver,
  type HeartbeatReceiverEvents,
  type HeartbeatSenderStatus,
} from './receiver.ts';
export type { HeartbeatReceiverOptions, HttpListenOptions, PhiOptions } from './receiver-options.ts';
export type { RefusedWhy } from './beat.ts';
export type { HeartbeatKey } from './codec.ts';
export type { SenderState } from './sender-state.ts';
export { ServiceError, type ServiceErrorOptions } from '../errors/service-error.ts';
export type { ErrorCode } from '../errors/error-codes.ts';
export type { Clock } from '../util/clock.ts';
export type { Duration } from '../util/duration.ts';
