"""Parses the Swift file of the argument and prints every place that is no valid syntax."""

import sys

import tree_sitter_swift
from tree_sitter import Language, Parser

with open(sys.argv[1], "rb") as file:
    tree = Parser(Language(tree_sitter_swift.language())).parse(file.read())


def errors(node):
    if node.is_error or node.is_missing:
        yield f"{node.start_point.row + 1}:{node.start_point.column + 1}: {node.text.decode()[:80]}"
    for child in node.children:
        yield from errors(child)


found = list(errors(tree.root_node))
print("\n".join(found))
sys.exit(1 if found else 0)
