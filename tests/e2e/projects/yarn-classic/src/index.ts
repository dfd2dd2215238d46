import { fastify } from "fastify";

const app = fastify();

app.get("/", async () => ({ manager: "the first Yarn" }));
void app.listen({ host: "0.0.0.0", port: Number(process.env.PORT ?? 3000) });

process.on("SIGTERM", () => void app.close());
