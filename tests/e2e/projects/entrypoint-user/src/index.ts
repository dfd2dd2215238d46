import { readFile, writeFile } from 'node:fs/promises';
import { fastify } from 'fastify';

const note = '/var/lib/notes/last.txt';
const app = fastify();
app.get('/note', async () => {
  await writeFile(note, 'written\n');
  return { note: await readFile(note, 'utf8'), uid: process.getuid?.() };
});

void app.listen({ host: '0.0.0.0', port: Number(process.env.PORT) || 3000 });
process.on('SIGTERM', () => void app.close());
