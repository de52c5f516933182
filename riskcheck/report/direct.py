"""What Jinja makes of a template, rewritten to take the short way to the same text. Imported only when a template is compiled.

Jinja's code is a generator within a generator for each template that includes another, asks its environment for every field of every
value, and its context to call every function. Here a template fills a list, reads a field and calls a function as Python does: what our
templates show with a point are records, never mappings.
"""

from __future__ import annotations

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType


def direct(text: str, file: str) -> CodeType:
    """Return the code of a compiled template whose `root` gives a list of texts. Raises SyntaxError if the text is no Python."""
    tree = _Plain().visit(ast.parse(text))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "root":
            start, end = ast.parse("_out = []\n_more = _out.extend"), ast.parse("return _out", mode="exec")
            node.body = [*start.body, *_listed(node.body), *end.body]
    return compile(ast.fix_missing_locations(tree), file, "exec")


class _Plain(ast.NodeTransformer):
    """Rewrites expressions: ``environment.getattr(value, 'name')`` to ``value.name``, ``context.call(function, …)`` to ``function(…)``."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Rewrite one call, its arguments first."""
        self.generic_visit(node)
        asked = ast.unparse(node.func)
        if asked == "environment.getattr" and isinstance(node.args[1], ast.Constant):
            return ast.Attribute(node.args[0], str(node.args[1].value), ast.Load())
        if asked == "context.call":
            named = [keyword for keyword in node.keywords if keyword.arg not in ("_loop_vars", "_block_vars")]
            return ast.Call(node.args[0], node.args[1:], named)
        return node


def _listed(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return statements that add to a list where they yielded; what was yielded in a row is added at once."""
    found: list[ast.stmt] = []
    row: list[ast.expr] = []

    def add_row() -> None:
        if row:
            found.append(_add(ast.Tuple([*row], ast.Load())))
            row.clear()

    for statement in body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Yield):
            row.append(statement.value.value or ast.Constant(None))
            continue
        add_row()
        if isinstance(statement, ast.For) and _passes_on(statement):
            found.append(_add(statement.iter))
        elif isinstance(statement, ast.If) and isinstance(statement.test, ast.Constant) and not statement.test.value:
            continue  # `if 0: yield None`, which makes a generator of an empty template
        elif isinstance(statement, ast.Try) and isinstance(statement.body[0], ast.For) and _passes_on(statement.body[0]):
            found.append(_add(statement.body[0].iter))  # and what would close the generator is gone with it
        elif isinstance(statement, (ast.For, ast.If)):
            statement.body, statement.orelse = _listed(statement.body), _listed(statement.orelse)
            found.append(statement)
        else:
            found.append(statement)
    add_row()
    return found or [ast.Pass()] if body else []


def _passes_on(loop: ast.For) -> bool:
    """Whether a loop yields what it goes through, and nothing else: an included template."""
    only = loop.body[0] if len(loop.body) == 1 else None
    return (
        isinstance(only, ast.Expr) and isinstance(only.value, ast.Yield) and isinstance(only.value.value, ast.Name)
        and isinstance(loop.target, ast.Name) and only.value.value.id == loop.target.id and not loop.orelse
    )  # fmt: skip


def _add(what: ast.expr) -> ast.stmt:
    return ast.Expr(ast.Call(ast.Name("_more", ast.Load()), [what], []))
