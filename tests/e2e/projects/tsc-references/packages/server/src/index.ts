import { createServer } from "http"
import { hi } from "@x/shared"
createServer((q, s) => { s.end(hi()) }).listen(Number(process.env.PORT) || 3000)
process.on("SIGTERM", () => process.exit(0))
