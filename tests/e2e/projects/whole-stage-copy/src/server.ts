import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import express from 'express';

const mail = readFileSync(join(__dirname, '..', 'templates', 'mail.txt'), 'utf8');

const app = express();
app.get('/mail/:name', (request, response) => {
  response.type('text').send(mail.replace('NAME', request.params.name));
});

const server = app.listen(Number(process.env.PORT) || 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
