import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fastify } from 'fastify';

mkdirSync('data', { recursive: true });

const app = fastify();
app.get('/count', async () => {
  writeFileSync('data/count.txt', '1');
  return { count: Number(readFileSync('data/count.txt', 'utf8')) };
});

void app.listen({ host: '0.0.0.0', port: Number(process.env.PORT) || 3000 });
process.on('SIGTERM', () => void app.close());
