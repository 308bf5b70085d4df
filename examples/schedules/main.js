import { createService } from './service.js';

await createService().run();
