"""The servers under test: how each is installed and started."""

import os
import shutil
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = Path(os.environ.get("NODESTAGE_EDITORS_CACHE") or ROOT / "target" / "editors")
DOCKER_LANGSERVER = "dockerfile-language-server-nodejs@0.15.0"
TALLY = "tally-cli==0.45.0"
OFFLINE = '[slow-checks]\nmode = "off"\n'  # those ask registries
LEAN = OFFLINE + '[rules]\nexclude = ["shellcheck/*"]\n'


@dataclass(frozen=True)
class Server:
    name: str
    command: tuple
    pulls: bool = False  # whether the client says that it can pull
    files: tuple = ()  # names and texts of its configuration


def find(names):
    """The servers of these names, installed."""
    makers = {
        "nodestage": lambda: Server("nodestage", (ours(), "lsp")),
        "nodestage-pull": lambda: Server("nodestage-pull", (ours(), "lsp"), pulls=True),
        "docker-langserver": lambda: Server("docker-langserver", docker_langserver()),
        "tally": lambda: Server("tally", (tally(), "lsp", "--stdio"), files=((".tally.toml", OFFLINE),)),
        "tally-lean": lambda: Server("tally-lean", (tally(), "lsp", "--stdio"), files=((".tally.toml", LEAN),)),
    }
    unknown = set(names) - set(makers)
    if unknown:
        raise SystemExit(f"no such server: {', '.join(sorted(unknown))}; there are {', '.join(makers)}")
    return [makers[name]() for name in names or makers]


def ours():
    """The release build, unless NODESTAGE names another."""
    given = os.environ.get("NODESTAGE")
    if given and not shutil.which(given):
        raise SystemExit(f"NODESTAGE is `{given}`, and there is no such program")
    if given:
        return str(Path(given).resolve())
    subprocess.run(["cargo", "build", "--release", "--quiet", "--bin", "nodestage"], cwd=ROOT, check=True)
    return str(Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "nodestage")


def docker_langserver():
    """Started by node itself, as the script's first line would."""
    folder = CACHE / DOCKER_LANGSERVER.replace("@", "-")
    program = folder / "node_modules" / "dockerfile-language-server-nodejs" / "bin" / "docker-langserver"
    if not program.is_file():
        install(folder, ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, DOCKER_LANGSERVER])
    node = shutil.which("node")
    if not node:
        raise SystemExit("docker-langserver needs node on the PATH")
    return (node, str(program), "--stdio")


def tally():
    """The program in the package, not the Python script that starts it."""
    folder = CACHE / TALLY.replace("==", "-")
    if not native(folder, "tally"):
        venv.create(folder, with_pip=True)
        install(folder, [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", TALLY])
    return str(native(folder, "tally"))


def install(folder, command):
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{done.stdout}")


def native(folder, name):
    for path in sorted(folder.rglob(name)):
        if path.is_file() and path.open("rb").read(4) == b"\x7fELF":
            path.chmod(0o755)
            return path
    return None
