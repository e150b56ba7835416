"""Constant: accepts every write, remembers none, and reads 42.

Broken because nobody has written 42, and if somebody had, a later write would have replaced it.
"""

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType


class Constant(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, 42)

    def process_write_request(self, request):
        return ClientWriteResponse(ResponseType.Success)
