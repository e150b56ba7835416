"""Strongly connected components of a directed graph, in linear time and without recursion."""

from collections.abc import Sequence


def components(edges: Sequence[Sequence[int]]) -> list[list[int]]:
    """The components of a graph, `edges[a]` holding every b of an edge a -> b; edges lead from earlier to later ones.

    R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1(2), 1972. Nodes are begun with
    from the last to the first, so where the edges leave a choice, lower numbers stand earlier.
    """
    unseen, done = -1, len(edges)
    low = [unseen] * len(edges)  # The earliest-found node known to be reachable; `done` once the component is known.
    found: list[list[int]] = []
    open_nodes: list[int] = []
    count = 0
    for root in range(len(edges) - 1, -1, -1):
        if low[root] != unseen:
            continue
        low[root] = count
        path = [(root, count, iter(edges[root]))]
        open_nodes.append(root)
        count += 1
        while path:
            node, number, left = path[-1]
            for other in left:
                lowest = low[other]
                if lowest == unseen:
                    low[other] = count
                    open_nodes.append(other)
                    path.append((other, count, iter(edges[other])))
                    count += 1
                    break
                if lowest < low[node]:
                    low[node] = lowest
            else:
                path.pop()
                lowest = low[node]
                if lowest == number:
                    component: list[int] = []
                    while not component or component[-1] != node:
                        component.append(open_nodes.pop())
                        low[component[-1]] = done
                    found.append(component)
                elif path:
                    parent = path[-1][0]
                    if lowest < low[parent]:
                        low[parent] = lowest
    found.reverse()
    return found
