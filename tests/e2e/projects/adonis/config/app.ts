import { defineConfig } from '@adonisjs/core/http';

export const appKey = process.env.APP_KEY ?? 'a key of thirty-two characters!!';
export const http = defineConfig({});
