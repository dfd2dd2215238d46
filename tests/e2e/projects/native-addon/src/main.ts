import { createServer } from 'node:http';
import Database from 'better-sqlite3';

const db = new Database(':memory:');
db.exec("CREATE TABLE pet (name TEXT); INSERT INTO pet VALUES ('Rex'), ('Tom')");

const server = createServer((_request, response) => {
  const pets = db.prepare('SELECT name FROM pet ORDER BY name').pluck().all();
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ pets }));
});

server.listen(Number(process.env.PORT) || 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
