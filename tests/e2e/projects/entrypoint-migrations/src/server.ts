import { readFileSync } from "node:fs";
import express from "express";
import { place } from "./place";

const app = express();

app.get("/cities", (_request, response) => {
  response.json(JSON.parse(readFileSync(place, "utf8")));
});

const server = app.listen(Number(process.env.PORT ?? 3000));

process.on("SIGTERM", () => server.close());
