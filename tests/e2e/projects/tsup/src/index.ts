import Fastify from "fastify";
import { greeting } from "./greeting";

const app = Fastify();

app.get("/", async () => greeting("one file"));

app.listen({ port: Number(process.env.PORT ?? 3000), host: "0.0.0.0" });

process.on("SIGTERM", () => {
  void app.close();
});
