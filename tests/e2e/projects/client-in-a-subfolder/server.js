const express = require('express');
const path = require('path');

const app = express();
app.use('/api', require('./routes/teas'));
app.use(express.static(path.join(__dirname, 'client', 'dist')));
const server = app.listen(process.env.PORT || 3000);
process.on('SIGTERM', () => server.close());
