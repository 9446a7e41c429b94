"""Small mistakes, made in a copy of a module's syntax tree: what can go wrong in it, one thing at a time.

Knows Python's syntax and nothing of tests. A mutant is named by its number among those of its module, in the order in
which they stand in the file, so the same file always has the same mutants. Left alone: annotations, decorators,
docstrings, logging, `__repr__`, protocols, imports, the words of messages.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

Change = Callable[[], None]

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_SIGNS: dict[type[ast.AST], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.And: "and",
    ast.Or: "or",
}
# Where an operator turned round is the condition negated, one of the two is enough.
_PLAIN_OPPOSITES = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
# Fault codes, keys of texts, AT commands; the words of a message are no codes.
_CODE = re.compile(r"[a-z_]+(\.[a-z_]+)+|AT\S*")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake. ``text``: the line it is in. ``lines``: those of its statement, first and last.

    ``function``: the qualified name of the outermost function around it, "" outside of any; ``name``: what is defined
    there instead, and ``owner`` the class in which it is.
    """

    module: str
    number: int
    line: int
    text: str
    change: str
    lines: tuple[int, int]
    function: str
    name: str
    owner: str


@dataclass(slots=True)
class _Place:
    """Where a walk stands."""

    lines: tuple[int, int] = (1, 1)
    function: str = ""
    classes: str = ""
    name: str = ""
    is_enum: bool = False


@dataclass(slots=True)
class _Walk:
    """Finds each mistake that can be made in a tree; each is made by calling its change."""

    found: list[tuple[int, str, _Place, Change]] = field(default_factory=list)
    place: _Place = field(default_factory=_Place)

    def _add(self, node: ast.expr | ast.stmt, told: str, change: Change) -> None:
        here = self.place
        self.found.append((node.lineno, told, _Place(here.lines, here.function, here.classes, here.name), change))

    # Statements

    def block(self, body: list[ast.stmt]) -> None:
        for index, statement in enumerate(body):
            if _is_silent(statement):
                continue
            before, self.place = self.place, _inside(self.place, statement)
            if self.place.function:
                self._removal(body, index, statement)
            self._statement(statement)
            self.place = before

    def _removal(self, body: list[ast.stmt], index: int, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Return):
            if statement.value is not None and not _is_empty(statement.value):
                self._add(statement, "returns None", lambda: setattr(statement, "value", ast.Constant(None)))
        elif _is_removable(statement):
            self._add(statement, "removed", lambda: body.__setitem__(index, ast.Pass()))

    def _statement(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.FunctionDef):
            for default in (*statement.args.defaults, *statement.args.kw_defaults):
                self._expression(default)
            within = self.place.function or self.place.classes + statement.name
            self.place = _Place(self.place.lines, within, self.place.classes, statement.name)
            self.block(statement.body)
        elif isinstance(statement, ast.ClassDef):
            is_enum = any(isinstance(base, ast.Name) and base.id.endswith("Enum") for base in statement.bases)
            inner = f"{self.place.classes}{statement.name}."
            self.place = _Place(self.place.lines, self.place.function, inner, statement.name, is_enum)
            self.block(statement.body)
        else:
            self._parts(statement)

    def _parts(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.If | ast.While):
            self._negation(statement, statement.test)
        if isinstance(statement, ast.AugAssign) and type(statement.op) in _OPERATORS:
            self._operator(statement, statement)
        for name, value in ast.iter_fields(statement):
            if name == "annotation":
                continue
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                self.block(value)
                continue
            for part in value if isinstance(value, list) else [value]:
                self._part(part)

    def _part(self, part: object) -> None:
        if isinstance(part, ast.expr):
            self._expression(part)
        elif isinstance(part, ast.ExceptHandler):
            self.block(part.body)
        elif isinstance(part, ast.match_case):
            self._expression(part.guard)
            self.block(part.body)
        elif isinstance(part, ast.withitem):
            self._expression(part.context_expr)

    # Expressions

    def _expression(self, node: ast.expr | None) -> None:
        if node is None or _is_logging(node):
            return
        match node:
            case ast.Compare():
                self._comparisons(node)
            case ast.BinOp() if type(node.op) in _OPERATORS and not _is_text(node.left):
                self._operator(node, node)
            case ast.IfExp():
                self._negation(node, node.test)
            case ast.Constant():
                self._constant(node)
            case ast.Call() if _has_an_order(node):
                self._add(node, "first two arguments swapped", lambda: _swap(node.args))
        self._logic(node)
        self._children(node)

    def _logic(self, node: ast.expr) -> None:
        if isinstance(node, ast.BoolOp):
            other = ast.Or if isinstance(node.op, ast.And) else ast.And
            told = f"{_SIGNS[type(node.op)]} becomes {_SIGNS[other]}"
            self._add(node, told, lambda: setattr(node, "op", other()))
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self._add(node, "not removed", lambda: setattr(node, "operand", _negated(node.operand)))

    def _children(self, node: ast.expr) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._expression(child)
            elif isinstance(child, ast.keyword):
                self._expression(child.value)
            elif isinstance(child, ast.comprehension):
                for index, condition in enumerate(child.ifs):
                    self._filter(child, index, condition)
                self._expression(child.iter)

    def _filter(self, within: ast.comprehension, index: int, condition: ast.expr) -> None:
        if not _negates_itself(condition):
            told = "condition negated"
            self._add(condition, told, lambda: within.ifs.__setitem__(index, _negated(condition)))
        self._expression(condition)

    def _comparisons(self, node: ast.Compare) -> None:
        for index, operator in enumerate(node.ops):
            other = _COMPARISONS[type(operator)]
            told = f"{_SIGNS[type(operator)]} becomes {_SIGNS[other]}"
            self._add(node, told, lambda index=index, other=other: node.ops.__setitem__(index, other()))  # type: ignore[misc]

    def _operator(self, where: ast.expr | ast.stmt, node: ast.BinOp | ast.AugAssign) -> None:
        other = _OPERATORS[type(node.op)]
        told = f"{_SIGNS[type(node.op)]} becomes {_SIGNS[other]}"
        self._add(where, told, lambda: setattr(node, "op", other()))

    def _negation(self, node: ast.If | ast.While | ast.IfExp, test: ast.expr) -> None:
        if not _negates_itself(test):
            self._add(test, "condition negated", lambda: setattr(node, "test", _negated(test)))

    def _constant(self, node: ast.Constant) -> None:
        value = node.value
        others: list[object] = []
        if isinstance(value, bool):
            others = [not value]
        elif isinstance(value, int | float):
            others = [value + 1, value - 1]
        elif isinstance(value, str) and value and (self.place.is_enum or _CODE.fullmatch(value)):
            others = [f"{value}x"]
        for other in others:
            told = f"{value!r} becomes {other!r}"
            self._add(node, told, lambda other=other: setattr(node, "value", other))  # type: ignore[misc]


def mutants(root: Path, module: str) -> list[Mutant]:
    """Return every mutant of the file ``module`` below ``root``."""
    source = _source(root / module)
    lines = source.splitlines()
    return [
        Mutant(
            module,
            number,
            line,
            lines[line - 1].strip(),
            told,
            place.lines,
            place.function,
            place.name,
            place.classes.rpartition(".")[0],
        )
        for number, (line, told, place, _) in enumerate(_walk(ast.parse(source)).found)
    ]


def mutated(root: Path, mutant: Mutant) -> ast.Module:
    """Return the tree of its module with this one mistake in it."""
    tree = ast.parse(_source(root / mutant.module))
    _walk(tree).found[mutant.number][-1]()
    return ast.fix_missing_locations(tree)


def definitions(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """Yield what a module defines, by name: functions, methods, constants, fields."""
    waiting = list(tree.body)
    while waiting:
        statement = waiting.pop()
        if isinstance(statement, ast.ClassDef):
            waiting += statement.body
        elif name := _name(statement):
            yield name, statement


@cache
def _source(path: Path) -> str:
    """Read it once: somebody may be mending it while its mutants are judged."""
    return path.read_text("utf-8")


def _walk(tree: ast.Module) -> _Walk:
    walk = _Walk()
    walk.block(tree.body)
    return walk


def _inside(place: _Place, statement: ast.stmt) -> _Place:
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if body else statement.end_lineno or statement.lineno
    name = place.name if place.function else _name(statement) or place.name
    lines = (statement.lineno, max(last, statement.lineno))
    return _Place(lines, place.function, place.classes, name, place.is_enum)


def _name(statement: ast.stmt) -> str:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return statement.name
    target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
    return target.id if isinstance(target, ast.Name) else ""


def _is_silent(statement: ast.stmt) -> bool:
    """Whether no mistake in it can be noticed, or none is meant to be."""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr():
            return _is_logging(statement.value)
        case ast.FunctionDef():
            return statement.name == "__repr__"
        case ast.ClassDef():
            return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in statement.bases)
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")):
            return True
        case ast.Raise(exc=ast.Call(func=ast.Name(id="AssertionError"))):
            return True
    return False


def _is_removable(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        # Without its assignment a name is unknown, which any test sees.
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        return not isinstance(target, ast.Name | ast.Tuple)
    return isinstance(
        statement, ast.Expr | ast.AugAssign | ast.Delete | ast.Raise | ast.Return | ast.Break | ast.Continue
    )


def _is_logging(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
    )


def _is_empty(node: ast.expr) -> bool:
    """Whether it is None, or what is taken for None: False, 0, an empty text."""
    return isinstance(node, ast.Constant) and not node.value


def _has_an_order(node: ast.Call) -> bool:
    """Whether its first two arguments can be told from each other."""
    if len(node.args) < 2 or any(isinstance(argument, ast.Starred) for argument in node.args[:2]):
        return False
    if ast.dump(node.args[0]) == ast.dump(node.args[1]):
        return False
    return not (isinstance(node.func, ast.Name) and node.func.id in {"max", "min"})


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))


def _negates_itself(test: ast.expr) -> bool:
    if isinstance(test, ast.Compare):
        return len(test.ops) == 1 and isinstance(test.ops[0], _PLAIN_OPPOSITES)
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


def _negated(node: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), node)


def _swap(arguments: list[ast.expr]) -> None:
    arguments[0], arguments[1] = arguments[1], arguments[0]
