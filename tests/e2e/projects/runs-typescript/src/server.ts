import express from 'express';

const app = express();
app.get('/', (_request, response) => {
  response.json({ compiled: false });
});

const server = app.listen(Number(process.env.PORT) || 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
