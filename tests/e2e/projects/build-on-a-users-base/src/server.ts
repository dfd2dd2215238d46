import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import express from 'express';
import multer from 'multer';

const upload = multer({ storage: multer.diskStorage({ destination: 'uploads', filename: (_request, file, done) => done(null, file.originalname) }) });
const started = path.join('state', 'started.txt');

const app = express();
app.post('/files', upload.single('file'), (request, response) => {
  response.status(201).json({ name: request.file?.originalname });
});
app.get('/files', (_request, response) => {
  response.json({ files: readdirSync('uploads').filter((it) => !it.startsWith('.')).length });
});
app.get('/started', (_request, response) => {
  writeFileSync(started, 'yes');
  response.send(readFileSync(started, 'utf8'));
});

const server = app.listen(Number(process.env.PORT) || 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
