const express = require("express");
const { list } = require("./lib/list");

const app = express();

app.get("/", (_request, response) => response.json(list()));

const server = app.listen(process.env.PORT || 3000);

process.on("SIGTERM", () => server.close());
