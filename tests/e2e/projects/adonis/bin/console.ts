import 'reflect-metadata';
import { Ignitor } from '@adonisjs/core';

const root = new URL('../', import.meta.url);
const importer = (path: string) => (path.startsWith('.') ? import(new URL(path, root).href) : import(path));

new Ignitor(root, { importer })
  .tap((app) => app.listen('SIGTERM', () => app.terminate()))
  .ace()
  .handle(process.argv.splice(2))
  .catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
