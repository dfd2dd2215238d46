// Finding one's way: from a stage's name to its FROM line and back, and the stages in the outline.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { equals, holds } from '../checks.mjs';

const TEXT = `FROM node:22-alpine AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build

FROM node:22-alpine
COPY --from=build /app/dist /app/dist
USER node
CMD ["node", "/app/dist/server.js"]
`;

export default async function navigation(stage) {
  const project = stage.project('navigation');
  writeFileSync(join(project, 'Dockerfile'), TEXT);
  const window = await stage.open(project);
  await window.openFile('Dockerfile');
  await holds('there are squiggles', () => window.squiggles());
  const cursor = () => window.page.locator('[id="status.editor.selection"]').innerText();

  await window.press(...Array(6).fill('ArrowDown'), ...Array('COPY --from='.length).fill('ArrowRight'));
  await equals('the cursor is at the name', cursor, 'Ln 7, Col 13');
  await window.press('F12');
  await holds('its definition is in the first line', async () => (await cursor()).startsWith('Ln 1,'));
  await window.press('Shift+F12');
  await equals('whose only reference is where we came from', cursor, 'Ln 7, Col 13');

  await window.press('Control+Shift+O');
  const symbols = window.page.locator('.quick-input-list .monaco-list-row');
  await holds('the outline has the stage', async () => (await symbols.allTextContents()).some((it) => it.includes('build')));
  await window.press('Escape');
}
