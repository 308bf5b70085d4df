// Output of a program in every way: the runner looks for each of these lines in the logs.
const COUNT = 10;
for (let n = 1; n <= COUNT; n++) {
  console.log(`line ${n} by console.log`);
  process.stdout.write(`line ${n} by stdout\n`);
  process.stderr.write(`line ${n} by stderr\n`);
}
exports.answer = (request, response) => {
  const isSlow = request.url === '/slow';
  console.log(`request ${request.url}`);
  setTimeout(
    () => {
      response.end(isSlow ? 'slow' : 'ok');
      console.log(`answered ${request.url}`);
    },
    isSlow ? 800 : 0,
  );
};
exports.port = Number(process.env.PORT);
