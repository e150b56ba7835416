"""Small registers that break by one thing alone, and the same ones done right."""

from classics import changed

HEAD = "from distgame import *\n"
AT_ONE = (
    HEAD
    + """
class Register(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("value"))

    def process_write_request(self, request):
        self.storage["value"] = request.value
        return ClientWriteResponse(ResponseType.Success)

    def process_cas_request(self, request):
        swapped = self.storage.get("value") == request.old
        if swapped:
            self.storage["value"] = request.new
        return ClientCasResponse(ResponseType.Success, swapped)

    def process_increment_request(self, request):
        self.storage["value"] = ticket = (self.storage.get("value") or 0) + 1
        return ClientIncrementResponse(ResponseType.Success, ticket)

    @WebServer.endpoint(str)
    def hear(self, word):
        return "heard"
"""
)
"""One node alone, and its disk."""

IN_MEMORY = changed(
    AT_ONE,
    ('self.storage.get("value"))', 'getattr(self, "value", None))'),
    ('self.storage["value"] = request.value', "self.value = request.value"),
)
"""What is acknowledged is gone when the node starts again."""

READ_THEN_WRITE = changed(
    AT_ONE,
    ("        if swapped:\n", "        if swapped:\n            yield from self.dawdle()\n"),
    ('self.storage["value"] = ticket =', "ticket ="),
    (
        "        return ClientIncrement",
        '        yield from self.dawdle()\n        self.storage["value"] = ticket\n        return ClientIncrement',
    ),
)
READ_THEN_WRITE += """
    def dawdle(self):
        return self.wait_all([self.send_message(other, "hello") for other in self.other_nodes])
"""
"""Between what it reads and what it writes it asks others: meanwhile somebody else may do the same."""

COPIES = (
    HEAD
    + """
class Register(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("value"))

    def process_write_request(self, request):
        yield from self.wait_for_responses(("store", request.value), None, len(self.other_nodes))
        self.storage["value"] = request.value
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(tuple)
    def hear(self, message):
        if message[0] == "store":
            self.storage["value"] = message[1]
        return "stored"
"""
)
"""A write at one node is answered when another one, where all reads go, has it."""

NUMBERED = changed(
    COPIES,
    ('("store", request.value)', '("store", request.value, self.number())'),
    ('message[0] == "store"', 'message[0] == "store" and message[2] > self.storage.get("number", 0)'),
    ("= message[1]", '= message[1]\n            self.storage["number"] = message[2]'),
)
NUMBERED += """
    def number(self):
        self.storage["written"] = written = self.storage.get("written", 0) + 1
        return written
"""
"""The same, but a store that comes again does nothing."""

IMPATIENT = changed(COPIES, ("len(self.other_nodes))", "len(self.other_nodes), 20)"))
"""After a while it answers all the same."""

STUBBORN = changed(
    COPIES,
    (
        "        yield from self.wait_for_responses((",
        "        while not (yield from self.wait_for_responses((",
    ),
    ("len(self.other_nodes))", "len(self.other_nodes), 20)):\n            pass"),
)
"""After a while it asks again."""

IN_TWO_LETTERS = (
    HEAD
    + """
class Register(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("value"))

    def process_write_request(self, request):
        self.send_message(2, ("value", request.value))
        yield from self.wait_for_responses(("commit",), None, 1)
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(tuple)
    def hear(self, message):
        if message[0] == "value":
            self.new = message[1]
            return None
        self.storage["value"] = getattr(self, "new", None)
        return "committed"
"""
)
"""The value goes ahead, and then the word that it counts."""

IN_ONE_LETTER = changed(
    IN_TWO_LETTERS,
    ('("commit",)', '("commit", request.value)'),
    ('getattr(self, "new", None)', "message[1]"),
)

ONE_FOR_ALL = AT_ONE
"""Whatever key it is asked for, there is one register."""

BY_KEY = changed(
    AT_ONE,
    ('self.storage.get("value"))', "self.storage.get(request.key))"),
    ('self.storage["value"] = request.value', "self.storage[request.key] = request.value"),
)

BY_KEY += """
    def process_snapshot_request(self, request):
        return ClientSnapshotResponse(ResponseType.Success, {key: self.storage.get(key) for key in request.keys})
"""

ONE_AFTER_THE_OTHER = changed(
    BY_KEY,
    (
        "        return ClientSnapshot",
        "        values = {}\n"
        "        for key in request.keys:\n"
        "            yield from self.wait_all([self.send_message(other, 'hello') for other in self.other_nodes])\n"
        "            values[key] = self.storage.get(key)\n"
        "        return ClientSnapshot",
    ),
    ("{key: self.storage.get(key) for key in request.keys}", "values"),
)
"""A snapshot takes its time between one register and the next."""

SUCCESSION = (
    HEAD
    + """
class Register(Node):
    def on_start(self):
        if self.is_leader:
            self.notify_leadership()
        while True:
            yield from self.sleep(10)
            if self.id == 2 and 1 in self.suspects:
                self.notify_leadership()

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("value"))

    def process_write_request(self, request):
        self.storage["value"] = request.value
        alive = [node for node in self.other_nodes if node not in self.suspects]
        yield from self.wait_all([self.send_message(node, ("store", request.value), 30) for node in alive])
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(tuple)
    def store(self, message):
        self.storage["value"] = message[1]
        return "stored"
"""
)
"""The first node leads, the second one succeeds it; a leader reads what nobody else may have yet."""

GOSSIP = changed(
    BY_KEY,
    (
        "        self.storage[request.key] = request.value\n",
        "        self.hear((request.key, request.value))\n"
        "        for other in self.other_nodes:\n"
        "            self.send_message(other, (request.key, request.value))\n",
    ),
    ("hear(self, word)", "hear(self, told)"),
    ("endpoint(str)", "endpoint(tuple)"),
    ('return "heard"', "self.storage[told[0]] = told[1]"),
)
"""What is written at one node is told to the others, and nobody waits for it."""

SYNCED = changed(
    AT_ONE,
    ("        return ClientWrite", "        yield from self.sync()\n        return ClientWrite"),
    (
        '        return ClientReadResponse(ResponseType.Success, self.storage.get("value"))',
        '        value = self.storage.get("value")\n'
        "        yield from self.sync()\n"
        "        return ClientReadResponse(ResponseType.Success, value)",
    ),
)
"""Nothing is said before the disk has it."""

SYNCED_LATE = changed(
    SYNCED,
    (
        "        return ClientWrite",
        "        yield from self.wait_all([self.send_message(other, 'hello', 9) for other in self.other_nodes])\n"
        '        self.storage["said"] = self.storage.get("said", 0) + 1\n'
        "        return ClientWrite",
    ),
    ('return "heard"', 'self.storage["heard"] = 1\n        yield from self.sync()\n        return "heard"'),
)
"""The disk is waited for here and there, and something is stored behind its back."""
