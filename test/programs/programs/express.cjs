const express = require('express');
const { answer, port } = require('./lines.cjs');

const app = express();
app.get('/', answer);
app.get('/slow', answer);
app.listen(port, '127.0.0.1');
