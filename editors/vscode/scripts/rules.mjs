// Writes the rules that `nodestage rule` lists into package.json, as the schema of the setting nodestage.rules.
//
// usage: NODESTAGE=PATH npm run rules

import { readFileSync, writeFileSync } from 'node:fs';
import { listedRules, ruleSchema } from './listed.mjs';

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
manifest.contributes.configuration.properties['nodestage.rules'].properties = ruleSchema(listedRules());
writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
