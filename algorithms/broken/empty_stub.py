"""Empty stub: says politely that it cannot.

Broken because a Fail is no answer: nothing wrong is ever said, but no read ever returns a value that was written.
"""

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType


class EmptyStub(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Fail)

    def process_write_request(self, request):
        return ClientWriteResponse(ResponseType.Fail)
