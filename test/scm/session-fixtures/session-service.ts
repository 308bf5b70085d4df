/** A service that asks to be told of things; arguments: its name, its log folder, the notifications as JSON. */
import { defineService, type NotificationOptions } from 'winsvc';

const [name = '', dir = '', asked = '{}'] = process.argv.slice(2);
const service = defineService({
  name,
  logging: { dir },
  notifications: JSON.parse(Buffer.from(asked, 'base64url').toString()) as NotificationOptions,
  start(ctx) {
    ctx.log.info('started');
  },
  on: {
    powerEvent(event, ctx) {
      ctx.log.info('power', { ...event });
    },
    deviceEvent(event, ctx) {
      ctx.log.info('device', { ...event });
    },
    async sessionChange(event, ctx) {
      ctx.log.info('session', { reason: event.reason, user: (await event.user()) ?? null });
    },
  },
});
await service.run();
