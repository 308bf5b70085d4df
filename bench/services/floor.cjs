// What the design costs without any code of winsvc: a second thread with the limits of ours, and koffi in both.
const { Worker, isMainThread } = require('node:worker_threads');
require('koffi');
if (isMainThread) {
  new Worker(__filename, {
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, codeRangeSizeMb: 8, stackSizeMb: 1 },
  });
  process.stdout.write('.');
}
setInterval(() => {}, 2 ** 30);
