/** `npm run demo:express`: the Express example as a service, on the mock SCM. Runs on any system. */
import { service } from '../examples/express-app/service.js';
import { playExpressScenario } from './lib/express-scenario.ts';
import { freePort } from './lib/http.ts';
import { openMockDemoScm } from './lib/mock-demo-scm.ts';
import { Story } from './lib/story.ts';

const story = new Story();
story.title(
  'winsvc: an Express app as a Windows service, on the mock SCM',
  `examples/express-app, Node ${process.version}, ${process.platform}; on a real SCM: npm run demo:scm`,
);
try {
  await playExpressScenario(openMockDemoScm(service), await freePort(), story);
} catch (error) {
  story.line({ app: String(error), ok: false });
}
process.exit(story.summary('The request in flight at the stop was answered before the service ended.'));
