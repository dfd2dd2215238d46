import { readFileSync } from 'node:fs';
import path from 'node:path';
import express from 'express';

const app = express();
app.set('view engine', 'ejs');
app.set('views', path.join(__dirname, '../views'));
app.use(express.static('public'));

const books = JSON.parse(readFileSync('/app/seeds/books.json', 'utf8'));

app.get('/books', (_request, response) => {
  response.json(books);
});

app.get('/', (_request, response) => {
  response.render('index', { title: 'Shelf' });
});

const server = app.listen(process.env.PORT || 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
