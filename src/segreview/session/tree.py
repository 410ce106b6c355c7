"""The tree of a journal: what was done, what was undone and stays reachable, and where the labels are.

Gestures are nodes of a tree; node 0 is the file as it was first opened. Undo and redo move the
head along the tree and are records themselves, so that work that was undone stays reachable and
the head is known after a crash.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """One gesture in the tree: what came before it, where it stands in the file, and what it holds.

    ``edits`` is true for whatever changes the labels, classes of objects too; ``verdicts`` counts notes,
    too: how much was said.
    """

    parent: int
    position: int
    title: str
    edits: bool
    verdicts: int


class Tree:
    """Nodes and the head among them.

    Attributes
    ----------
    nodes, head
        The tree, and where in it the labels are.
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = [Node(0, 0, "", edits=False, verdicts=0)]
        self.head = 0
        self._children: dict[int, int] = {}

    def _add(self, node: Node) -> None:
        self.nodes.append(node)
        self.head = self._children[node.parent] = len(self.nodes) - 1

    def _go(self, node: int) -> None:
        """Move the head anywhere in the tree; redo will follow the way that was gone last."""
        step = node
        while step:
            self._children[self.nodes[step].parent] = step
            step = self.nodes[step].parent
        self.head = node

    @property
    def before_head(self) -> int | None:
        """Node that undo would go to, or None at the root."""
        return self.nodes[self.head].parent if self.head else None

    @property
    def after_head(self) -> int | None:
        """Node that redo would go to, or None."""
        return self._children.get(self.head)

    def line(self, node: int) -> list[int]:
        """Nodes from the root (left out) to a node."""
        found = []
        while node:
            found.append(node)
            node = self.nodes[node].parent
        return found[::-1]

    def way(self, start: int, end: int) -> tuple[list[int], list[int]]:
        """Nodes to take back, in order, and nodes to apply then, to come from one state to another."""
        back, forth = self.line(start), self.line(end)
        common = 0
        while common < min(len(back), len(forth)) and back[common] == forth[common]:
            common += 1
        return back[common:][::-1], forth[common:]

    def edits_between(self, start: int, end: int) -> int:
        """Number of gestures with edits on the way from one state to another."""
        back, forth = self.way(start, end)
        return sum(self.nodes[node].edits for node in back + forth)
