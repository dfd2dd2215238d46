import Koa from 'koa';
import { greeting } from './greeting';

const app = new Koa();
app.use((context) => {
  context.body = { greeting: greeting('Koa'), log: process.env.LOG_LEVEL ?? 'none' };
});

const server = app.listen(Number(process.env.PORT) || 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
