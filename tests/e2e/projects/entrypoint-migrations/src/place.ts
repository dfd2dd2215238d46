import { tmpdir } from "node:os";
import { join } from "node:path";

export const place = join(tmpdir(), "cities.json");
