import { createServer } from "node:http";
import ms from "ms";

const server = createServer((_request, response) => response.end(`${ms(1000)}`));

server.listen(Number(process.env.PORT ?? 3000));
process.on("SIGTERM", () => server.close());
