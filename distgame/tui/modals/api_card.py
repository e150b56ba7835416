"""The card for players: how to write a Node, every way to wait, and how to read the screen."""

API_CARD = """\
**Writing a Node**

```python
from dataclasses import dataclass
from distgame import *

@dataclass
class Store:                      # a message of your own
    value: int

class Register(Node):
    def process_write_request(self, request):
        self.storage["value"] = request.value
        yield from self.wait_for_responses(Store(request.value), None, 1)
        return ClientWriteResponse(ResponseType.Success)

    def process_read_request(self, request):
        value = self.storage.get("value")
        return ClientReadResponse(ResponseType.Success, value)

    @WebServer.endpoint(Store)    # a method that answers Store
    def store(self, message, sender):
        self.storage["value"] = message.value
        return True               # goes back to the sender
```

**What a node has**

- `self.storage`: a dict, the node's disk; it alone survives a crash
- `self.id`, `self.other_nodes`, `self.majority`, `self.local_time`, `self.random`
- `self.is_leader`, `self.notify_leadership()`: the gateway then sends every request here
- `on_start()`: called at the start, and after a restart; `self.incarnation` counts the crashes
- `process_cas_request`, `process_increment_request`, `process_snapshot_request`: where a level asks for them, answered
  with `ClientCasResponse(result, swapped)`, `ClientIncrementResponse(result, value)`,
  `ClientSnapshotResponse(result, values)`
- `request.key`: which register, where there are several; `request.id`: the request's name, where it may come twice
- `self.suspects`: ids of nodes that the level's failure detector takes for dead
- `@WebServer.timer(interval=n)`: a method that is called every n ticks

**Waiting** (write `yield from`, or `await` in an `async def`; times are ticks, -1 is for ever)

- `request = self.send_message(node, message, timeout=-1)` sends, and goes on at once
- `request.wait()`: its answer, or a `RequestTimeout`
- `self.wait_any(requests, min_count, timeout=-1, condition=None)`: a list beside `requests`: the answer, a
  `RequestTimeout`, or None where it is still open
- `self.wait_all(requests)`: the same, for all of them
- `self.wait_for_responses(message, check, count, timeout=-1)`: asks every other node, waits for `count` answers that
  `check` accepts (None: any), and gives the list of those that came
- `self.sleep(ticks)`; `self.sync()`: until the disk has everything

**Reading the screen**

- Clients stand on the left and talk to the gateway; the gateway picks a node for each request.
- An arrow is a message under way, with a trail back to its sender: `R` a read, `W7` a write of 7, `R7` the read's
  answer, `W+` the write's; `C3>7` changes 3 to 7, `+1` counts up, `#4` is the ticket; else its type.
- A cross is a message that was lost where it stands. A frame of broken lines is a node that is down.
- Time is counted in ticks. Nothing happens by chance: the same file and seed give the same run, always.
"""
