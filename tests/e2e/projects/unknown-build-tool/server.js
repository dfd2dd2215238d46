const express = require('express');
const path = require('node:path');

const app = express();
app.get('/', (_request, response) => response.sendFile(path.join(__dirname, 'out.html')));
const server = app.listen(process.env.PORT || 3000, () => console.log('up'));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
