import { readdirSync, statSync } from 'node:fs';
import express from 'express';
import multer from 'multer';

const upload = multer({ dest: 'uploads/' });

const app = express();
app.post('/files', upload.single('file'), (request, response) => {
  response.status(201).json({ name: request.file?.originalname, size: request.file?.size });
});
app.get('/files', (_request, response) => {
  response.json({ files: readdirSync('uploads').length, folder: statSync('uploads').isDirectory() });
});

const server = app.listen(Number(process.env.PORT) || 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
