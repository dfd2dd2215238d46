import { defineConfig } from 'vite';

export default defineConfig({
  server: {
    proxy: {
      // This very server: another one would have to be there.
      '/api': {
        target: 'http://localhost:4318',
        changeOrigin: true,
        rewrite: (path) => path.replace(/^\/api/, ''),
      },
    },
  },
});
