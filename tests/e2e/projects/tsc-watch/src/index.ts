import http from "node:http";
import ms from "ms";

const started = Date.now();

const server = http.createServer((_request, response) => {
  response.end(`up for less than ${ms(Date.now() - started + 60_000)}`);
});

server.listen(Number(process.env.PORT ?? 3000));
process.on("SIGTERM", () => server.close());
