"""Parses a file by the grammar of a language and prints every place that is no valid syntax: `syntax.py swift FILE`."""

import importlib
import sys

from tree_sitter import Language, Parser

grammar = importlib.import_module(f"tree_sitter_{sys.argv[1]}")
with open(sys.argv[2], "rb") as file:
    tree = Parser(Language(grammar.language())).parse(file.read())


def errors(node):
    if node.is_error or node.is_missing:
        yield f"{node.start_point.row + 1}:{node.start_point.column + 1}: {node.text.decode()[:80]}"
    for child in node.children:
        yield from errors(child)


found = list(errors(tree.root_node))
print("\n".join(found))
sys.exit(1 if found else 0)
