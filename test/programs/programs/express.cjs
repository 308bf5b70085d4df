const express = require('express');
const app = express();
app.get('/', (q, r) => r.send('ok'));
app.get('/slow', (q, r) => setTimeout(() => r.send('slow'), 800));
console.log('express says hello');
app.listen(Number(process.env.PORT));
