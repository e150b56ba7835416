"""KIND: attack
TRIES: classes and exceptions that fail when anybody asks for their name
EXPECT: error (exception, line 29)
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Liar(type):
    __name__ = property(lambda cls: 1 / 0)
    __module__ = property(lambda cls: 1 / 0)


class Wrong(Exception, metaclass=Liar):
    __class__ = property(lambda self: 1 / 0)
    __traceback__ = None

    def __str__(self):
        raise self


class Player(Node):
    def process_read_request(self, request):
        raise Wrong
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
