"""Lines of code that a chapter shows, really run, with what they print."""

from __future__ import annotations

import ast

import numpy as np


def run_lines(code: str, **names: object) -> str:
    r"""Run lines of a chapter, and return what they print, and their last value if it has no name.

    The code is a constant of this project, never a person's.

    Args:
        code: Python code. It knows NumPy as `np`.
        **names: What else it knows, by name.

    Examples:
        >>> run_lines("image = np.zeros((2, 3))\nimage.shape")
        '(2, 3)'
        >>> run_lines("print(label, 1 / 4)", label=9)
        '9 0.25'
    """
    printed: list[str] = []
    variables: dict[str, object] = {
        "np": np,
        **names,
        # Not `redirect_stdout`, which would catch what other threads print.
        "print": lambda *values: printed.append(" ".join(map(str, values))),
    }
    with np.errstate(over="ignore"):
        _run(code, variables, printed)
    return "\n".join(printed)


def _run(code: str, variables: dict[str, object], printed: list[str]) -> None:
    body = ast.parse(code).body
    final = body[-1]
    if isinstance(final, ast.Expr) and not _is_print(final.value):
        last = ast.Expression(final.value)
        body.pop()
        exec(compile(ast.Module(body, []), "lines", "exec"), variables)
        printed.append(repr(eval(compile(last, "lines", "eval"), variables)))
    else:
        exec(compile(ast.Module(body, []), "lines", "exec"), variables)


def _is_print(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id == "print"
    )
