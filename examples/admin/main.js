// @ts-check
import { createAdminService } from './service.js';

await createAdminService().run();
