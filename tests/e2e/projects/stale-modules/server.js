const { createServer } = require('node:http');
const ms = require('ms');

// Weeks came with ms 2.1.
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ week: ms('1w') ?? null }));
});

server.listen(Number(process.env.PORT) || 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
