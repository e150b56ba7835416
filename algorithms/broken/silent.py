"""Silent: hears every request and answers none.

Broken because a register that never answers is never wrong, and never of use: no operation is answered, so it misses
every level's floor of availability and every level's least number of reads.
"""

from distgame import Node


class Silent(Node):
    def process_read_request(self, request):
        pass

    def process_write_request(self, request):
        pass
