import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { place } from "./place";

interface Step {
  add?: string[];
  remove?: string[];
}

const FOLDER = join(__dirname, "..", "migrations");

const cities = new Set<string>();
for (const name of readdirSync(FOLDER).sort()) {
  const step = JSON.parse(readFileSync(join(FOLDER, name), "utf8")) as Step;
  step.add?.forEach((city) => cities.add(city));
  step.remove?.forEach((city) => cities.delete(city));
}

writeFileSync(place, JSON.stringify([...cities]));
