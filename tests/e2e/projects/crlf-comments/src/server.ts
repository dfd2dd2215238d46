import express from 'express';

const app = express();
app.get('/', (_request, response) => {
  response.json({ zone: process.env.TZ, revision: process.env.REVISION });
});
app.get('/health', (_request, response) => {
  response.send('ok');
});

const server = app.listen(Number(process.env.PORT) || 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
