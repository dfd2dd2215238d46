"""A small TypeScript project with Dockerfiles of any length: fixtures/express-typescript with more around it."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FIXTURE = ROOT / "fixtures" / "express-typescript"

HEAD = """\
# syntax=docker/dockerfile:1
ARG NODE_VERSION=22
FROM node:${NODE_VERSION}-bookworm-slim AS base
MAINTAINER Platform team <platform@example.com>
ENV NPM_CONFIG_FUND=false \\
    NPM_CONFIG_AUDIT=false
RUN apt-get update && \\
    apt-get install -y --no-install-recommends ca-certificates tini && \\
    rm -rf /var/lib/apt/lists/*
"""

WORKER = """\

# worker {n}: reads one queue
FROM base AS worker-{n}
ARG WORKER_{n}_REVISION=unknown
LABEL org.opencontainers.image.title="worker-{n}"
WORKDIR /srv/worker-{n}
ENV WORKER_NAME=worker-{n}
ENV QUEUE_URL=amqp://queue:5672/{n}
COPY package.json package-lock.json tsconfig.json ./
RUN npm install
COPY src ./src
RUN npm run build && \\
    npm prune --omit=dev && \\
    npm cache clean --force
EXPOSE {port}
CMD ["node", "dist/server.js"]
"""

FINAL = """\

# what ships
FROM base
WORKDIR /app
COPY . .
RUN npm install
RUN npm run build
{workers}EXPOSE 3000
CMD ["npm", "start"]
"""

PADDING = "ENV FEATURE_{n}=enabled\n"


def dockerfile(n_lines):
    """A Dockerfile of `n_lines` lines: as many workers as fit, then the stage that ships and holds their output."""
    room = n_lines - lines(HEAD) - lines(final(0))
    n_workers = room // (lines(WORKER) + 1)  # one line more in the last stage
    text = HEAD + "".join(PADDING.format(n=n) for n in range(room - n_workers * (lines(WORKER) + 1)))
    text += "".join(WORKER.format(n=n, port=3001 + n) for n in range(n_workers)) + final(n_workers)
    assert lines(text) == n_lines, f"{lines(text)} lines instead of {n_lines}"
    return text


def final(n_workers):
    copies = (f"COPY --from=worker-{n} /srv/worker-{n}/dist ./workers/{n}\n" for n in range(n_workers))
    return FINAL.format(workers="".join(copies))


def lines(text):
    return text.count("\n")


def make(folder, sizes, files):
    """Writes the project with `files` and a Dockerfile of each size into `folder`; gives size → its path."""
    shutil.copytree(FIXTURE, folder)
    (folder / ".git").mkdir()
    for name, text in files:
        (folder / name).write_text(text)
    (folder / "Dockerfile").unlink()
    paths = {size: folder / f"Dockerfile.{size}" for size in sizes}
    for size, path in paths.items():
        path.write_text(dockerfile(size))
    return paths
