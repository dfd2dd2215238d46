"""A small language client over stdio: one thread, one message at a time, times taken at the pipe.

A message's time is the moment its last byte was read, or just before its first byte is written: what JSON costs here is not the
server's. Everything unexpected is an error with the server's name and the end of its stderr.
"""

import json
import os
import select
import subprocess
import tempfile
import time

TIMEOUT = 60  # seconds for one answer


class Client:
    def __init__(self, server, folder):
        self.server, self.folder = server, folder
        self.buffer, self.last_id = b"", 0
        self.errors = tempfile.TemporaryFile()
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            server.command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, bufsize=0
        )

    def request(self, method, params):
        """The result, and the milliseconds it took."""
        asked = self.begin(method, params)
        result, came = self.finish(method)
        return result, (came - asked) * 1000

    def begin(self, method, params):
        """Sends a request; the time at which it went off."""
        self.last_id += 1
        return self.send({"id": self.last_id, "method": method, "params": params})

    def finish(self, method, is_wrong=lambda _: False):
        """The result of the last request, and when it came; what `is_wrong` may not come before it."""
        is_own = lambda it: it.get("id") == self.last_id and "method" not in it
        message, came = self.wait(lambda it: is_own(it) or is_wrong(it), method)
        if not is_own(message) or "error" in message:
            self.fail(f"{method} was answered by {str(message)[:300]}")
        return message.get("result"), came

    def notify(self, method, params):
        """The time at which it went off."""
        return self.send({"method": method, "params": params})

    def wait(self, is_wanted, what):
        """The first message that is wanted, with its time; those before it are dropped, but requests are answered."""
        deadline = time.perf_counter() + TIMEOUT
        while True:
            message, came = self.receive(deadline, what)
            if "method" in message and "id" in message:
                self.answer(message)
            if is_wanted(message):
                return message, came

    def quiet(self, seconds, is_noise):
        """Fails if a message comes in this time that is noise."""
        deadline = time.perf_counter() + seconds
        while self.buffer or self.readable(deadline):
            message, _ = self.receive(deadline + TIMEOUT, "the rest of a message")
            if "method" in message and "id" in message:
                self.answer(message)
            if is_noise(message):
                self.fail(f"it sent what nobody asked for: {str(message)[:300]}")

    def answer(self, message):
        """This client has no settings, registers nothing and applies no edit."""
        result = None
        if message["method"] == "workspace/configuration":
            result = [None] * len(message["params"]["items"])
        elif message["method"] == "workspace/applyEdit":
            result = {"applied": False}
        self.send({"id": message["id"], "result": result})

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        data = memoryview(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        now = time.perf_counter()
        try:
            while data:
                data = data[os.write(self.process.stdin.fileno(), data) :]
        except BrokenPipeError:
            self.fail("it closed its stdin")
        return now

    def receive(self, deadline, what):
        while True:
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            if found:
                length = self.length(head)
                if len(rest) >= length:
                    came = time.perf_counter()
                    self.buffer = rest[length:]
                    return json.loads(rest[:length]), came
            if not self.readable(deadline):
                self.fail(f"no answer to {what} within {TIMEOUT} s")
            more = os.read(self.process.stdout.fileno(), 1 << 20)
            if not more:
                self.fail(f"it closed its stdout, waiting for {what}")
            self.buffer += more

    def length(self, head):
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                return int(value)
        self.fail(f"a header without a length: {head[:200]}")

    def readable(self, deadline):
        left = deadline - time.perf_counter()
        return left > 0 and bool(select.select([self.process.stdout], [], [], left)[0])

    def peak_memory(self):
        """KiB: the peaks of the process and all below it, added up."""
        return sum(peak(it) for it in tree(self.process.pid))

    def close(self):
        """Ends the server as a client should."""
        self.request("shutdown", None)
        self.notify("exit", None)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.fail("it is still there 10 s after `exit`")
        self.process.stdin.close()
        self.process.stdout.close()
        self.errors.close()

    def fail(self, message):
        self.process.kill()
        self.process.wait()
        self.errors.seek(0)
        tail = self.errors.read().decode(errors="replace")[-2000:]
        raise SystemExit(f"{self.server.name}: {message}" + (f"\nits stderr:\n{tail}" if tail else ""))


def tree(pid):
    found = [pid]
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/children") as children:
            found += [it for child in children.read().split() for it in tree(int(child))]
    return found


def peak(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
