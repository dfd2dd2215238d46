import express from "express";

const app = express();

app.get("/", (_request, response) => {
  response.send("no lock file here");
});

const server = app.listen(process.env.PORT || 3000);

process.on("SIGTERM", () => server.close());
