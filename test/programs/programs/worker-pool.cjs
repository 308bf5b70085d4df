const { createServer } = require('node:http');
const { join } = require('node:path');
const { Piscina } = require('piscina');
const { port } = require('./lines.cjs');

const pool = new Piscina({ filename: join(__dirname, 'worker-pool-task.cjs'), maxThreads: 2 });
createServer(async (request, response) => {
  response.end(await pool.run(request.url));
}).listen(port, '127.0.0.1');
