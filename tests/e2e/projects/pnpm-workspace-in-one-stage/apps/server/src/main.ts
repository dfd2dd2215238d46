import { createServer } from "node:http";
import { slug } from "@notes/slug";

const server = createServer((request, response) => {
  response.end(slug(decodeURIComponent(request.url ?? "").slice(1)));
});

server.listen(Number(process.env.PORT ?? 3000));
process.on("SIGTERM", () => server.close());
