"""Projects that would take for ever if every question were asked of every pair, or of every way through. Each is a dict of files."""

MIB = 1 << 20

DOCKERFILE = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm install\nRUN npm run build\nCMD [\"npm\", \"start\"]\n"
SPLIT = (
    "FROM node:20 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\n\nFROM node:20\nWORKDIR /app\n"
    "COPY --from=build /app .\nCMD [\"node\", \"dist/index.js\"]\n"
)
PACKAGE = (
    '{"name":"a","scripts":{"build":"tsc","start":"node dist/index.js"},'
    '"dependencies":{"express":"4"},"devDependencies":{"typescript":"5"}}'
)
BASE = {
    "Dockerfile": DOCKERFILE,
    "package.json": PACKAGE,
    "tsconfig.json": '{"compilerOptions":{"rootDir":"src","outDir":"dist"}}',
    "src/index.ts": "export {}\n",
}


def fill(part, size=MIB - 4096):
    """`part(n)` for n from 0 on, up to that many bytes; or the same text again and again."""
    if isinstance(part, str):
        return part * (size // len(part.encode()))
    res, length, n = [], 0, 0
    while length < size:
        res.append(part(n))
        length += len(res[-1])
        n += 1
    return "".join(res[:-1])


def of(**files):
    """The base with these files; the keywords stand for names that Python can't have."""
    names = {"dockerfile": "Dockerfile", "dockerignore": ".dockerignore", "package": "package.json"}
    return BASE | {names.get(name, name): text for name, text in files.items()}


def lines(part):
    return of(dockerfile=f"FROM node:20 AS s0\nWORKDIR /app\nCOPY . .\n{fill(part)}")


# As many instructions, stages and bytes of a source as nodestage looks at: what has more is not followed.
N_INSTRUCTIONS = 980
N_STAGES = 490
SOURCE = 500_000


def followed(part):
    first = part(0)
    n_parts = N_STAGES if "FROM" in first else N_INSTRUCTIONS // (first.count("\n") + first.count("&&"))
    body = "".join(part(n) for n in range(n_parts))
    head = "FROM node:20 AS b\nWORKDIR /app\nENV NODE_ENV=production\nCOPY . .\n"
    return of(dockerfile=f"{head}{body}RUN npm install\nRUN npm run build\nCMD [\"npm\", \"start\"]\n")


def chain(n):
    return f"FROM {'b' if n == 0 else f's{n - 1}'} AS s{n}\nCOPY . .\nRUN npm install\n"


def dockerfiles():
    yield "installs", lines("RUN npm install\n")
    yield "stages", lines(lambda n: f"FROM s{n} AS s{n + 1}\nCOPY . .\nRUN npm install\n")
    yield "copies", lines(lambda n: f"COPY src/file{n}.ts /app/src/file{n}.ts\n")
    yield "ten thousand copies", of(dockerfile="FROM node:20\n" + "".join(f"COPY b{n} a{n}\n" for n in range(10_000)))
    yield "args that double", of(dockerfile="ARG A=x\n" + "ARG A=$A$A\n" * 60 + "FROM node:$A\nCOPY $A .\n")
    yield "env that doubles", lines("ENV A=$A$A\n")
    yield "heredocs", lines(lambda n: f"RUN <<E{n}\nnpm install\nE{n}\n")
    yield "heredocs in one line", of(dockerfile="FROM node:20\nRUN " + fill(lambda n: f"cat <<E{n} && ", 60_000) + "true\n")
    yield "a heredoc of installs", of(dockerfile=f"FROM node:20\nRUN <<E\n{fill('npm install && npm run build' + chr(10))}E\n")
    yield "pipes", of(dockerfile="FROM node:20\nRUN " + fill("a | ") + "a\n")
    yield "commands in one line", of(dockerfile="FROM node:20\nCOPY . .\nRUN " + fill("npm run build && ") + "npm install\n")
    yield "lines in one line", of(dockerfile="FROM node:20\nRUN npm ci \\\n" + fill("  && npm run build \\\n") + "  && npm ci\n")
    pipes = "RUN " + "a | " * 4000 + "\n"
    yield "unfinished pipes", of(dockerfile="FROM node:20\n" + fill(pipes))
    yield "unfinished pipes of different lengths", of(dockerfile="FROM node:20\n" + fill(lambda n: "RUN " + "a | " * (4000 - n) + "\n"))
    yield "folders in one line", of(dockerfile="FROM node:20\nRUN " + fill(lambda n: f"cd a{n} && npm ci && ") + "true\n")
    yield "variables in one line", of(dockerfile="FROM node:20\nRUN " + fill(lambda n: f"export A{n}=$A{n + 1} && ") + "npm ci\n")
    yield "nested shells", of(dockerfile="FROM node:20\nRUN " + fill("sh -c '", 100_000) + "\n")
    yield "subshells", of(dockerfile="FROM node:20\nRUN " + fill("( ", 100_000) + "\n")
    yield "as many sources as count", of(dockerfile="FROM node:20\nCOPY " + "".join(f"a{n} " for n in range(29_000)) + "./\nRUN npm ci\n")
    apart = "".join(f"COPY src/*/a{n}/*.js x{n}/\nCOPY --from=b /app/*/b /y{n}/\n" for n in range(980))
    yield "copies by patterns", of(dockerfile=f"FROM node:20 AS b\nWORKDIR /app\nCOPY src/* ./\n{apart}") | {f"src/m{n}/b/c.ts": "" for n in range(1500)}
    yield "sources of one copy", of(dockerfile="FROM node:20\nCOPY " + fill(lambda n: f"a{n} ") + "./\nRUN npm ci\n")
    yield "globs of one copy", of(dockerfile="FROM node:20\nCOPY " + fill("**/*a*/*b* ") + "./\nRUN npm ci\n")
    yield "words of a start", of(dockerfile="FROM node:20\nCOPY . .\nCMD node " + fill("a ") + "\n")
    yield "labels", lines(lambda n: f"LABEL a{n}=\"$B{n}\"\n")
    yield "suppressions", lines("# nodestage: ignore[root-user]\n")
    followed_lines = [
        ("installs", lambda n: "RUN npm install\n"),
        ("installs and NODE_ENV", lambda n: "ENV NODE_ENV=production\nRUN npm install\n"),
        ("builds", lambda n: "RUN npm run build\n"),
        ("builds that remove", lambda n: f"RUN npm run build && rm -rf src{n}\n"),
        ("folders", lambda n: f"WORKDIR /a{n}\nCOPY . .\nRUN npm ci\n"),
        ("copies", lambda n: f"COPY b{n} a{n}\n"),
        ("copies of a stage", lambda n: f"COPY --from=b /app /app{n}\n"),
        ("stages beside", lambda n: f"FROM node:20 AS s{n}\nCOPY --from=b . .\nRUN npm install\n"),
        ("stages on stages", chain),
        ("long commands", lambda n: "RUN " + "npm run build && " * 4 + "npm ci\n"),
        ("folders that go", lambda n: f"RUN rm -rf src/a*{n}* && mkdir -p b{n} && chown node b{n}\n"),
        ("values", lambda n: f"ENV A{n}=$A{n - 1}x B=$B$A{n - 1}\n"),
        ("health checks", lambda n: "HEALTHCHECK CMD node dist/index.js && npm run start\n"),
        ("triggers", lambda n: "ONBUILD RUN npm install && npm run build\n"),
        ("commands", lambda n: "RUN " + "npm run build && " * 40 + "npm ci\n"),
        ("users", lambda n: "USER node\nRUN npm install\nUSER root\n"),
    ]
    for name, part in followed_lines:
        yield f"followed: {name}", followed(part)


def ignores():
    tree = {f"src/{'a' * 60}{n}/b/c/d.ts": "" for n in range(400)}
    yield "exceptions", of(dockerignore=fill(lambda n: f"!**/x{n}\n")) | tree
    yield "one exception again", of(dockerignore="**\n" + fill("!**/x\n")) | tree
    yield "stars", of(dockerignore=fill(f"**/{'*a' * 30}*/**/b/**/z\n")) | tree
    copies = "".join(f"COPY src/*a*{n % 10}*/b/* x{n}/\n" for n in range(N_INSTRUCTIONS))
    yield "copies of much", of(dockerfile=f"FROM node:20\nWORKDIR /app\n{copies}RUN npm ci\n", dockerignore=fill(lambda n: f"!**/x{n}\n", 100_000)) | tree
    yield "one pattern", of(dockerignore="*" + fill("a*") + "\n") | tree


def workspace(n):
    root = '{"name":"r","private":true,"workspaces":["packages/*"],"scripts":{"build":"tsc -b"}}'
    res = {"package.json": root}
    for it in range(n):
        needs = ",".join(f'"@r/p{other}":"*"' for other in range(max(0, it - 20), it))
        res[f"packages/p{it}/package.json"] = f'{{"name":"@r/p{it}","main":"index.js","dependencies":{{{needs}}}}}'
        res[f"packages/p{it}/index.js"] = "require('express')\n"
    return res


def packages():
    def package(scripts="", dependencies=""):
        return f'{{"name":"a","scripts":{{{scripts}"build":"tsc","start":"node dist/index.js"}},"dependencies":{{{dependencies}"express":"4"}}}}'

    yield "dependencies", of(package=package(dependencies=fill(lambda n: f'"package-{n}":"^1.0.{n}",')))
    yield "scripts", of(package=package(scripts=fill(lambda n: f'"s{n}":"npm run s{n + 1} && tsc",')))
    doubling = "".join(f'"s{n}":"npm run s{n + 1} && npm run s{n + 1}",' for n in range(60))
    yield "scripts that double", of(package=package(scripts=doubling).replace('"build":"tsc"', '"build":"npm run s0"'))
    yield "one script", of(package=package(scripts=f'"x":"{fill("npm run build && ")}tsc",').replace('"build":"tsc"', '"build":"npm run x"'))
    mentioned = fill(lambda n: f'"package-{n}":"^1.0.{n}",', 500_000)
    named = {"src/index.ts": fill(lambda n: f"f('package-{n}');\n", 400_000)}
    yield "dependencies that are named", of(package=package().replace('"dependencies"', '"devDependencies":{' + mentioned + '"typescript":"5"},"dependencies"')) | named
    yield "programs", of(package=package().replace('"scripts"', '"bin":{' + fill(lambda n: f'"b{n}":"dist/b{n}.js",', 500_000) + '"a":"a"},"scripts"'))
    yield "exports", of(package=package().replace('"scripts"', '"exports":{' + fill(lambda n: f'"./b{n}":{{"import":"./dist/b{n}.js"}},', 900_000) + '"./a":"./a"},"scripts"'))
    yield "brackets", of(package=fill("["))
    yield "objects", of(package=fill('{"a":'))
    yield "ranges", of(package=package(dependencies='"x":"' + fill("1.0.0 || ") + '1",'))
    yield "workspace patterns", of(package='{"name":"r","workspaces":[' + fill(lambda n: f'"**/*{n}/**",') + '"a"]}') | workspace(0)
    yield "members", of() | workspace(400)
    ends = {f"{'/'.join('abcdefgh'[:n % 8 + 1])}/{n}/package.json": "{}" for n in range(400)}
    yield "many members", of(dockerfile=SPLIT) | workspace(1500)
    yield "many members of pnpm", of() | workspace(1500) | {"pnpm-workspace.yaml": "packages: [packages/*]\n", "Dockerfile": DOCKERFILE.replace("npm", "pnpm")}
    yield "starred members", of(package='{"name":"r","workspaces":["**/**/**/**/**"]}') | ends


def npm_lock(packages):
    return '{"lockfileVersion":3,"packages":{"":{"dependencies":{"express":"4"}},' + packages + '"node_modules/express":{"version":"4.0.0"}}}'


def locks():
    def with_lock(name, text, install="npm ci"):
        return of(dockerfile=DOCKERFILE.replace("npm install", install)) | {name: text}

    flat = fill(lambda n: f'"node_modules/p{n}":{{"version":"1.0.0","dependencies":{{"p{n + 1}":"^1.0.0"}}}},')
    yield "package-lock", with_lock("package-lock.json", npm_lock(flat))
    nested = fill(lambda n: f'"node_modules/p{"/node_modules/p" * (n % 300)}":{{"version":"1.{n}.0"}},')
    yield "nested package-lock", with_lock("package-lock.json", npm_lock(nested))
    needs = ",".join(f'"p{n}":"^1.0.0"' for n in range(200))
    dense = fill(lambda n: f'"node_modules/p{n}":{{"version":"1.0.0","peerDependencies":{{{needs}}}}},')
    yield "dense package-lock", with_lock("package-lock.json", npm_lock(dense))
    old = fill('"p":{"version":"1.0.0","requires":{"p":"1"},"dependencies":{', 40_000)
    yield "package-lock of npm 6", with_lock("package-lock.json", '{"lockfileVersion":1,"dependencies":{' + old)
    flat = fill(lambda n: f'"p{n}":{{"version":"1.0.0","requires":{{"p{n + 1}":"^1.0.0"}}}},')
    yield "flat lock of npm 6", with_lock("package-lock.json", '{"lockfileVersion":1,"dependencies":{' + flat + '"express":{"version":"4.0.0"}}}')
    yarn = fill(lambda n: f'\np{n}@^1.0.0:\n  version "1.0.0"\n  dependencies:\n    p{n + 1} "^1.0.0"\n')
    yield "yarn.lock", with_lock("yarn.lock", "# yarn lockfile v1\n" + yarn, "yarn install")
    one = ", ".join(f"p@^1.0.{n}" for n in range(60_000))
    yield "one entry of yarn.lock", with_lock("yarn.lock", f"# yarn lockfile v1\n\n{one}:\n  version \"1.9.0\"\n", "yarn install")
    berry = fill(lambda n: f'\n"p{n}@npm:^1.0.0":\n  version: 1.0.0\n  dependencies:\n    p{n + 1}: "npm:^1.0.0"\n  peerDependencies:\n    q{n}: "*"\n')
    yield "yarn.lock of Yarn 4", with_lock("yarn.lock", "__metadata:\n  version: 8\n" + berry, "yarn install")
    pnpm = fill(lambda n: f"\n  p{n}@1.0.0:\n    resolution: {{integrity: sha512-x}}\n    dependencies:\n      p{n + 1}: 1.0.0\n")
    yield "pnpm-lock.yaml", with_lock("pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages:\n" + pnpm, "pnpm install")
    deep = "".join(" " * n + "a:\n" for n in range(1400))
    yield "deep pnpm-lock.yaml", with_lock("pnpm-lock.yaml", "lockfileVersion: '9.0'\n" + deep, "pnpm install")
    yield "brackets in pnpm-lock.yaml", with_lock("pnpm-lock.yaml", "lockfileVersion: '9.0'\na: " + fill("["), "pnpm install")
    yield "bun.lock", with_lock("bun.lock", '{"lockfileVersion":1,"packages":{' + fill(lambda n: f'"p{n}":["p{n}@1.0.0","",{{}}],') + "}}", "bun install")


def sources():
    def source(text, **other):
        return of(**{"src/index.ts": text}) | {"package-lock.json": npm_lock(""), "Dockerfile": SPLIT} | other

    yield "brackets in a source", source(fill("(", SOURCE))
    yield "blocks in a source", source(fill("{", SOURCE))
    yield "calls in calls", source(fill("f(", 200_000))
    yield "sums", source("const a = " + fill("'a' + ", SOURCE) + "'a';\n")
    yield "values that double", source("const a0 = 'x';\n" + "".join(f"const a{n + 1} = a{n} + a{n};\n" for n in range(60)) + "require('fs').readFileSync(a60);\n")
    yield "templates that double", source("const a0 = 'x';\n" + "".join(f"const a{n + 1} = `${{a{n}}}${{a{n}}}`;\n" for n in range(60)) + "require(a60);\n")
    yield "calls that double", source("".join(f"function f{n}(x) {{ f{n + 1}(x); f{n + 1}(x + x); }}\n" for n in range(60)) + "function f60(x) { require('fs').readFileSync(x) }\nf0('a');\n")
    yield "constants", source(fill(lambda n: f"const a{n} = a{n + 1};\n", SOURCE) + "require('fs').readFileSync(a0);\n")
    yield "reads", source("import fs from 'fs';\n" + fill(lambda n: f"fs.readFileSync('a{n}');\n", SOURCE))
    joins = {f"src/m{n}.ts": "import path from 'path';\n" + fill(lambda it: f"f(path.join(__dirname, 'a{it}'), path.join(__dirname, 'b{it}/c'));\n", SOURCE) for n in range(2)}
    yield "paths", source("import './m0';\nimport './m1';\n") | joins
    yield "reads in one line", source("import fs from 'fs';" + fill(lambda n: f"fs.readFileSync('a{n}');", SOURCE))
    yield "writes", source("import fs from 'fs';\n" + fill(lambda n: f"fs.writeFileSync('d{n}/a', '');\n", SOURCE))
    yield "imports", source(fill(lambda n: f"import 'p{n}';\n", SOURCE))
    yield "strings", source(fill(lambda n: f"f('typescript{n}', './a{n}');\n", SOURCE))
    yield "conditions", source(fill("a ? b : ", SOURCE))
    yield "members", source("a" + fill(".b", SOURCE))
    yield "a template", source("`" + fill("${`", 100_000))
    every = "".join(f"import './m{n}';\n" for n in range(150))
    yield "modules", source(every) | {f"src/m{n}.ts": every for n in range(150)}
    steps = {f"src/m{n}.ts": f"import './m{n + 1}';\nimport './m{n + 2}';\n" for n in range(1500)}
    yield "a chain of modules", source("import './m0';\n") | steps
    yield "a line of a source", source("x=" + fill("1,", SOURCE) + "1;")


def others():
    def config(n):
        above = f'["./{n + 1}a.json","./{n + 1}b.json"]' if n < 40 else "[]"
        return f'{{"extends":{above}}}'

    diamonds = {f"{n}{side}.json": config(n) for n in range(41) for side in "ab"}
    yield "tsconfig diamonds", of(**{"tsconfig.json": '{"extends":["./0a.json","./0b.json"]}'}) | diamonds
    yield "tsconfig of itself", of(**{"tsconfig.json": '{"extends":"./tsconfig.json"}'})
    yield "references", of(**{"tsconfig.json": '{"references":[' + fill(lambda n: f'{{"path":"./p{n}"}},') + '{"path":"."}]}'})
    yield "patterns of tsconfig", of(**{"tsconfig.json": '{"include":[' + fill('"**/a*/**/*b*/**",') + '"src"]}'})
    laughs = "a0: &a0 [x,x]\n" + "".join(f"a{n + 1}: &a{n + 1} [*a{n},*a{n}]\n" for n in range(40))
    yield "compose that doubles", of(**{"compose.yaml": laughs + "services:\n  a:\n    build: .\n"})
    tree = {f"src/{'a' * 60}{n}/b/c/d.ts": "export {}\n" for n in range(1000)}
    yield "patterns of tsconfig over many files", of(**{"tsconfig.json": '{"include":[' + fill('"**/a*/**/*b*/**",', 100_000) + '"src"]}'}) | tree
    yield "paths of tsconfig", of(**{"tsconfig.json": '{"compilerOptions":{"paths":{' + fill(lambda n: f'"@a{n}/*":["./src/a{n}/*"],') + '"a":["a"]}}}', "src/index.ts": fill(lambda n: f"import '@a{n}/x';\n", 100_000)})
    yield "services of files", of(**{"compose.yaml": "services:\n" + fill(lambda n: f"  s{n}:\n    build: .\n    command: node dist/index.js {n}\n    volumes: ['./a{n}:/app/a{n}']\n")})
    yield "processes of files", of(Procfile=fill(lambda n: f"w{n}: node src/f{n}.js\n", 200_000)) | {f"src/f{n}.js": "import './f1.js'\n" for n in range(2000)}
    yield "services", of(**{"compose.yaml": "services:\n" + fill(lambda n: f"  s{n}:\n    build: .\n    command: npm run s{n}\n")})
    yield "depth of compose", of(**{"compose.yaml": "services: " + fill("{a: ")})
    yield "an entrypoint", of(dockerfile=DOCKERFILE + "ENTRYPOINT [\"./start.sh\"]\n", **{"start.sh": "#!/bin/sh\n" + fill("npm run build && exec \"$@\"\n")})
    yield "an environment", of(**{".env": fill(lambda n: f"A{n}=$A{n + 1}\n")})
    yield "npm's settings", of(**{".npmrc": fill(lambda n: f"a{n}=b\n")})
    yield "a Procfile", of(Procfile=fill(lambda n: f"w{n}: node dist/index.js\n"))
    yield "options", of(**{"nodestage.toml": fill("[rules]\n")})
    yield "brackets in options", of(**{"nodestage.toml": "a = " + fill("[")})
    yield "a configuration", of(dockerfile=DOCKERFILE.replace("npm start", "next start"), **{"next.config.js": "module.exports = " + fill("{a:", 300_000)})
    yield "many files", of() | {f"src/d{n % 50}/f{n}.ts": "export const a = 1;\n" for n in range(5000)}
    yield "many Dockerfiles", {f"d{n}/Dockerfile": DOCKERFILE for n in range(1000)}


GROUPS = {"Dockerfile": dockerfiles, ".dockerignore": ignores, "package.json": packages, "lock": locks, "source": sources, "other": others}


def every():
    """Name and files of each project."""
    for group, inputs in GROUPS.items():
        for name, files in inputs():
            yield f"{group}: {name}", files
