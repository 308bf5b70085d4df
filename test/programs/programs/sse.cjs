const http = require('http');
http
  .createServer((q, r) => {
    if (q.url === '/events') {
      r.writeHead(200, { 'content-type': 'text/event-stream' });
      setInterval(() => r.write('data: tick\n\n'), 100);
    } else setTimeout(() => r.end(q.url === '/slow' ? 'slow' : 'ok'), q.url === '/slow' ? 800 : 0);
  })
  .listen(Number(process.env.PORT), '127.0.0.1');
console.log('sse says hello');
