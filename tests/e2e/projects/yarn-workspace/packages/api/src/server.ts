import { price } from "@parcels/rates";
import polka from "polka";

const app = polka();

app.get("/price/:grams", (request, response) => {
  response.end(`costs ${price(Number(request.params.grams))}`);
});
app.listen(Number(process.env.PORT ?? 3000));

process.on("SIGTERM", () => app.server?.close());
