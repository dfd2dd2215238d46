const express = require('express');
const quotes = require('./routes/quotes');

const app = express();
app.use('/quotes', quotes);
app.get('/', (_request, response) => response.json({ app: 'plain-javascript' }));

const server = app.listen(process.env.PORT || 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
