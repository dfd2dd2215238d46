"""One measured session with one server, from the spawn to the exit."""

from client import Client

WARM_UP = 10  # edits that are not counted: a just-in-time compiler needs some
ACTIONS = 20  # code action requests of a kind
QUIET = 0.2  # seconds in which nothing may come after the last edit

CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"applyEdit": True, "workspaceFolders": True, "workspaceEdit": {"documentChanges": True}},
    "textDocument": {
        "synchronization": {"didSave": True},
        "publishDiagnostics": {"relatedInformation": True, "versionSupport": True, "codeDescriptionSupport": True},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source", "source.fixAll"]}},
            "isPreferredSupport": True,
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
    },
}
PULL = {"diagnostic": {"relatedDocumentSupport": False}}


class Document:
    """An open text and the edits made to it."""

    def __init__(self, session, path):
        self.session, self.client = session, session.client
        self.uri, self.text, self.version = path.as_uri(), path.read_text(), 1
        self.diagnostics = None

    def open(self, since=None):
        """Milliseconds to the first diagnostics, from `since`."""
        item = {"uri": self.uri, "languageId": "dockerfile", "version": 1, "text": self.text}
        sent = self.client.notify("textDocument/didOpen", {"textDocument": item})
        return self.answered(since or sent)

    def edit(self, line, column, old, new):
        """Milliseconds from a change in one line to its diagnostics."""
        lines = self.text.splitlines(keepends=True)
        assert lines[line][column : column + len(old)] == old
        lines[line] = lines[line][:column] + new + lines[line][column + len(old) :]
        self.text, self.version = "".join(lines), self.version + 1
        change = {"text": self.text}
        if self.session.incremental:
            start = {"line": line, "character": column}
            end = {"line": line + 1, "character": 0} if old == "\n" else start | {"character": column + len(old)}
            change = {"range": {"start": start, "end": end}, "text": new}
        identity = {"uri": self.uri, "version": self.version}
        sent = self.client.notify("textDocument/didChange", {"textDocument": identity, "contentChanges": [change]})
        return self.answered(sent)

    def answered(self, since):
        came = self.pulled() if self.session.server.pulls else self.pushed()
        if not self.diagnostics:
            self.client.fail(f"no diagnostics for version {self.version} of {self.uri}")
        return (came - since) * 1000

    def pushed(self):
        message, came = self.client.wait(self.is_publish, f"version {self.version} of {self.uri}")
        version = message["params"].get("version")
        if version not in (None, self.version):
            self.client.fail(f"diagnostics for version {version} instead of {self.version}")
        self.diagnostics = message["params"]["diagnostics"]
        return came

    def pulled(self):
        asked = {"textDocument": {"uri": self.uri}}
        self.client.begin("textDocument/diagnostic", asked)
        report, came = self.client.finish("textDocument/diagnostic", self.is_publish)
        if report.get("kind") != "full":
            self.client.fail(f"no full report for a client that pulls: {str(report)[:300]}")
        self.diagnostics = report["items"]
        return came

    def is_publish(self, message):
        is_publish = message.get("method") == "textDocument/publishDiagnostics"
        return is_publish and message["params"]["uri"] == self.uri

    def places(self):
        """Where a character can be typed: the ends of instructions on one line."""
        words = ("RUN ", "ENV ", "LABEL ", "EXPOSE ", "WORKDIR ")
        lines = enumerate(self.text.splitlines())
        return [(n, len(line)) for n, line in lines if line.startswith(words) and not line.endswith("\\")]

    def type(self, n_edits):
        """Types a character and takes it back, all over the file; milliseconds of each edit."""
        places, seen = self.places(), []
        for n in range((n_edits + 1) // 2):
            line, column = places[n * 7919 % len(places)]
            seen += [self.edit(line, column, "", "1"), self.edit(line, column, "1", "")]
        return seen

    def check(self):
        """Nothing may be left on its way, and a line put on top moves what stands at a line: so answers are to the last text."""
        self.client.quiet(QUIET, self.is_publish)
        before = self.lines()
        self.edit(0, 0, "", "\n")
        after = self.lines()
        if not any(after.get(message) == [it + 1 for it in lines] for message, lines in before.items()):
            self.client.fail(f"diagnostics did not move with the text: {before} became {after}")
        self.edit(0, 0, "\n", "")

    def lines(self):
        """Message → the lines it stands at."""
        found = {}
        for it in self.diagnostics:
            found.setdefault(it["message"], []).append(it["range"]["start"]["line"])
        return found


class Session:
    """A server that runs. Figures by name, each a list."""

    def __init__(self, server, paths):
        """`paths`: the files by their sizes, all in one folder."""
        self.server, self.paths, self.figures, self.notes = server, paths, {}, {}
        self.folder = next(iter(paths.values())).parent
        self.client = Client(server, self.folder)
        self.incremental, self.resolves, self.provider = False, False, None

    def run(self, n_edits):
        documents = {size: Document(self, path) for size, path in self.paths.items()}
        first, *others = documents.values()
        self.start(first)
        for size, document in documents.items():
            if document in others:
                document.open()
            document.type(WARM_UP)
            self.add(f"edit {size}", document.type(n_edits))
            self.notes[f"diagnostics {size}"] = len(document.diagnostics)
            document.check()
        self.actions(first)
        self.add("memory", [self.client.peak_memory()])
        self.client.close()

    def only_start(self):
        """Nothing but the spawn and the first diagnostics."""
        self.start(Document(self, next(iter(self.paths.values()))))
        self.client.close()

    def start(self, document):
        self.initialize()
        self.add("spawn", [document.open(self.client.started)])

    def initialize(self):
        text_document = CAPABILITIES["textDocument"] | (PULL if self.server.pulls else {})
        root = {"uri": self.folder.as_uri(), "name": "bench"}
        params = {"processId": None, "rootUri": root["uri"], "workspaceFolders": [root]}
        params["capabilities"] = CAPABILITIES | {"textDocument": text_document}
        result, _ = self.client.request("initialize", params)
        self.client.notify("initialized", {})
        capabilities = result["capabilities"]
        sync = capabilities.get("textDocumentSync")
        self.incremental = (sync.get("change") if isinstance(sync, dict) else sync) == 2
        self.provider = capabilities.get("codeActionProvider")
        self.resolves = isinstance(self.provider, dict) and bool(self.provider.get("resolveProvider"))

    def actions(self, document):
        """Latency of code actions at a diagnostic, and of fix-all with its edit."""
        if not self.provider:
            return
        at = next((it for it in document.diagnostics if self.at(document, it)[0]), None)
        if at:
            self.add("quick fixes", [self.at(document, at)[1] for _ in range(ACTIONS)])
        if self.fix_all(document)[0]:
            self.add("fix-all", [self.fix_all(document)[1] for _ in range(ACTIONS)])

    def at(self, document, diagnostic):
        return self.ask(document, diagnostic["range"], {"diagnostics": [diagnostic]})

    def fix_all(self, document):
        """Whether there is an edit, and the milliseconds to it."""
        end = {"line": document.text.count("\n"), "character": 0}
        everything = {"start": {"line": 0, "character": 0}, "end": end}
        context = {"diagnostics": document.diagnostics, "only": ["source.fixAll"]}
        actions, took = self.ask(document, everything, context)
        if not actions or "edit" in actions[0]:
            return bool(actions), took
        edit, more = self.resolved(actions[0]) if self.resolves else self.commanded(actions[0]["command"])
        return bool(edit), took + more

    def resolved(self, action):
        action, took = self.client.request("codeAction/resolve", action)
        return action.get("edit"), took

    def commanded(self, command):
        """The edit of a command: the server asks to apply it, or it is the command's result. It is not applied."""
        params = {"command": command["command"], "arguments": command.get("arguments")}
        sent = self.client.begin("workspace/executeCommand", params)
        own = self.client.last_id
        ends = lambda it: it.get("method") == "workspace/applyEdit" or ("method" not in it and it.get("id") == own)
        message, came = self.client.wait(ends, "workspace/executeCommand")
        if "method" in message:
            self.client.finish("workspace/executeCommand")
        return message.get("params", message).get("edit") or message.get("result"), (came - sent) * 1000

    def ask(self, document, place, context):
        params = {"textDocument": {"uri": document.uri}, "range": place, "context": context}
        actions, took = self.client.request("textDocument/codeAction", params)
        return actions or [], took

    def add(self, figure, values):
        self.figures.setdefault(figure, []).extend(values)
