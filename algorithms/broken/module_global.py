"""Module global: one variable of the file, which all nodes are hoped to share.

Broken because nodes are different machines: each has loaded a file of its own, so this is a local variable with
another name. With a single node it is right, and with two it is not.
"""

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType

shared = {"value": None}


class ModuleGlobal(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, shared["value"])

    def process_write_request(self, request):
        shared["value"] = request.value
        return ClientWriteResponse(ResponseType.Success)
