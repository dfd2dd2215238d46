import Koa from "koa";
import { hits } from "./hits.js";

const app = new Koa();

app.use((context) => {
  context.body = { hits: hits(context.path) };
});

const server = app.listen(Number(process.env.PORT ?? 3000));

process.on("SIGTERM", () => server.close());
