// Which documents the server hears of.

/** A part of a document selector; VS Code's and the protocol's have it in common. */
export interface DocumentFilter {
  readonly scheme: string;
  readonly language?: string;
  readonly pattern?: string;
}

const DOCKERFILES = '**/{Dockerfile,Dockerfile.*,*.Dockerfile,*.dockerfile,Containerfile*}';

const MANIFESTS = 'package.json,package-lock.json,npm-shrinkwrap.json,yarn.lock,pnpm-lock.yaml,bun.lock,pnpm-workspace.yaml';
const SETTINGS = '.npmrc,.yarnrc.yml,tsconfig*.json,nest-cli.json,.dockerignore,*.dockerignore,nodestage.toml';
const COMPOSE = 'compose*.yml,compose*.yaml,docker-compose*.yml,docker-compose*.yaml';

/** By language, so that a file of any name and an unsaved one count; by name, so that any language will do. */
export const dockerfiles: DocumentFilter[] = [
  { scheme: 'file', language: 'dockerfile' },
  { scheme: 'untitled', language: 'dockerfile' },
  { scheme: 'file', pattern: DOCKERFILES },
];

/** What the answers rest on: an unsaved package.json counts as it stands in the editor. */
export const projectFiles: DocumentFilter[] = [{ scheme: 'file', pattern: `**/{${MANIFESTS},${SETTINGS},${COMPOSE}}` }];
