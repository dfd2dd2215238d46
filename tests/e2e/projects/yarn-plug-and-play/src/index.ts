import { fastify } from 'fastify';

const app = fastify();
app.get('/', async () => ({ manager: 'yarn-plug-and-play' }));

void app.listen({ host: '0.0.0.0', port: Number(process.env.PORT) || 3000 });
process.on('SIGTERM', () => void app.close());
