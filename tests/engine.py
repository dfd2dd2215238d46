"""What the end-to-end scripts ask a container engine, through the `docker` command."""

import json
import os
import subprocess
import tarfile
import time
from pathlib import Path

os.environ.setdefault("DOCKER_BUILDKIT", "1")


class Failed(Exception):
    """A command that should have worked; the text says which, and the end of what it printed."""


def call(*command, timeout=900, cwd=None):
    """Runs a command; gives its standard output, or raises with the end of both outputs."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise Failed(f"`{' '.join(command[:3])} …` took longer than {timeout} s")
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-25:])
        raise Failed(f"`{' '.join(command)}` ended with {done.returncode}:\n{tail}")
    return done.stdout


def binary():
    """The program to test, as an absolute path."""
    given = os.environ.get("NODESTAGE")
    if given:
        return str(Path(given).resolve())
    root = Path(__file__).resolve().parent.parent
    call("cargo", "build", "--quiet", "--bin", "nodestage", cwd=root, timeout=3000)
    return str(Path(os.environ.get("CARGO_TARGET_DIR", root / "target")) / "debug" / "nodestage")


def missing():
    """Why no engine can be used, or None."""
    try:
        call("docker", "version", timeout=30)
    except FileNotFoundError:
        return "there is no `docker` command"
    except Failed as error:
        return str(error).splitlines()[-1]
    return None


def build(tag, context, timeout=900):
    """Builds the image; gives the seconds it took."""
    with open(os.path.join(context, "Dockerfile"), encoding="utf-8") as file:
        words = [line.split() for line in file if line.upper().startswith("FROM ")]
    for line in words:
        stand_in(next((word for word in line[1:] if not word.startswith("-")), ""))
    start = time.monotonic()
    call("docker", "build", "--network=host", "--progress=plain", "-t", tag, context, timeout=timeout)
    return time.monotonic() - start


def stand_in(image):
    """Names another tag of the same image so, where this one is neither here nor to be had: stand-ins have few tags."""
    repository, _, tag = image.partition(":")
    if not tag or "$" in image or subprocess.run(["docker", "image", "inspect", image], capture_output=True).returncode == 0:
        return
    others = call("docker", "images", "--format", "{{.Repository}}:{{.Tag}}", repository).split()
    if others and subprocess.run(["docker", "pull", image], capture_output=True).returncode:
        call("docker", "tag", others[0], image)


def inspect(image):
    return json.loads(call("docker", "image", "inspect", image))[0]


def bytes_of(image):
    """The size of all layers together."""
    sizes = call("docker", "history", "--human=false", "--format", "{{.Size}}", image)
    return sum(int(line) for line in sizes.split())


def base_of(image):
    """The tagged image that this one starts from: the one that shares the most first layers."""
    layers = inspect(image)["RootFS"]["Layers"]
    best, depth = None, 0
    for other in call("docker", "images", "--format", "{{.Repository}}:{{.Tag}}").split():
        if other == image or "<none>" in other or other.startswith("nodestage-"):
            continue
        below = inspect(other)["RootFS"]["Layers"]
        if depth < len(below) <= len(layers) and layers[: len(below)] == below:
            best, depth = other, len(below)
    return best


def added_bytes(image):
    """The size of the layers above the base image."""
    base = base_of(image)
    return bytes_of(image) - (bytes_of(base) if base else 0)


def files(image):
    """The paths of all regular files and links in the image."""
    container = call("docker", "create", image, "true").strip()
    try:
        export = subprocess.Popen(["docker", "export", container], stdout=subprocess.PIPE)
        with tarfile.open(fileobj=export.stdout, mode="r|") as archive:
            found = [entry.name for entry in archive if not entry.isdir()]
        export.wait()
        return found
    finally:
        call("docker", "rm", container)


class Container:
    """A running container that shares the host's network."""

    def __init__(self, image, port):
        self.id = call("docker", "run", "-d", "--network=host", "-e", f"PORT={port}", image).strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["docker", "rm", "-f", self.id], capture_output=True)

    def running(self):
        return call("docker", "inspect", "-f", "{{.State.Running}}", self.id).strip() == "true"

    def logs(self):
        done = subprocess.run(["docker", "logs", self.id], capture_output=True, text=True)
        return "\n".join((done.stdout + done.stderr).splitlines()[-15:])

    def uid(self):
        """The user that the main process runs as."""
        pid = call("docker", "inspect", "-f", "{{.State.Pid}}", self.id).strip()
        try:
            with open(f"/proc/{pid}/status", encoding="utf-8") as status:
                return next(int(line.split()[1]) for line in status if line.startswith("Uid:"))
        except FileNotFoundError:  # the engine is in another machine
            return int(call("docker", "top", self.id, "-eo", "uid").split()[1])

    def stop(self):
        """Sends SIGTERM; gives the seconds until the end, at most ten."""
        start = time.monotonic()
        call("docker", "stop", "-t", "10", self.id)
        return time.monotonic() - start
