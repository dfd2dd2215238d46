import { readFile } from 'node:fs/promises';
import express from 'express';
import multer from 'multer';

const upload = multer({ dest: 'uploads/' });
const stored = new Map<string, string>();

const app = express();
app.post('/files', upload.single('file'), (request, response) => {
  const file = request.file;
  if (!file) {
    response.sendStatus(400);
    return;
  }
  stored.set(file.originalname, file.path);
  response.status(201).json({ name: file.originalname, size: file.size });
});
app.get('/files/:name', async (request, response) => {
  const path = stored.get(request.params.name);
  if (path === undefined) {
    response.sendStatus(404);
    return;
  }
  response.type('text').send(await readFile(path, 'utf8'));
});

const server = app.listen(Number(process.env.PORT) || 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
