import { readFileSync } from 'node:fs';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const cities = JSON.parse(readFileSync(new URL('../data/cities.json', import.meta.url), 'utf8')) as string[];

const app = new Hono();
app.get('/cities', (context) => context.json(cities));

const server = serve({ fetch: app.fetch, port: Number(process.env.PORT) || 3000 });
process.on('SIGTERM', () => server.close(() => process.exit(0)));
