require('./lines.cjs');

let stopped = false;
process.on('SIGTERM', () => {
  stopped = true;
});
(async () => {
  for (let job = 1; !stopped; job++) {
    console.log(`job ${job} begins`);
    await new Promise((done) => setTimeout(done, 300));
    console.log(`job ${job} is done`);
  }
  console.log('the loop has ended');
})();
