import { defineService } from 'winsvc';

const service = defineService({
  name: 'WinsvcMinimal',
  displayName: 'winsvc minimal example',
  start() {},
});

await service.run();
