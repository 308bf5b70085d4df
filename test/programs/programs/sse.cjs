const { createServer } = require('node:http');
const { answer, port } = require('./lines.cjs');

createServer((request, response) => {
  if (request.url !== '/events') return answer(request, response);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  setInterval(() => response.write('data: tick\n\n'), 100);
}).listen(port, '127.0.0.1');
