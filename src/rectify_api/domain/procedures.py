"""Every procedure of the ledger (办理程序), and the page that shows them: printed from what refuses and offers acts."""

from collections.abc import Iterable, Iterator
from typing import Any

from ..foundation.procedure import Act, Procedure, State
from . import accountability, evaluations, issues, measures, plans, schemes, supervision
from .permissions import PERMISSIONS

# By the resource in the URL.
PROCEDURES: dict[str, Procedure[Any]] = {
    "issues": issues.ACTS,
    "measures": measures.ACTS,
    "plans": plans.ACTS,
    "accountability-actions": accountability.ACTS,
    "supervision-notices": supervision.ACTS,
    "evaluations": evaluations.ACTS,
    "evaluation-schemes": schemes.ACTS,
}
_HEAD = """\
# 办理程序 · The procedures

由 `rectify-api procedures` 从代码打印，不手改。Printed from the code; `make docs` writes it anew.

每项办理为 `POST /v1/<资源>/{id}/<办理>`，须有所列权限。状态不对、尚有待批复事项或缺少内容时答 409，并说明所缺。
Each act is a POST that needs the permission beside it. What is not for the state, or lacks something, is refused with
409 and says what is missing.

签署之后内容有实质变动的，签署失效，状态自行回到签署之前。
When what was signed changes materially, the sign-offs fall, and the state goes back to the one that they were asked in.
"""


def printed() -> str:
    """The tables and state diagrams of all procedures, as Markdown."""
    return "\n".join([_HEAD, *(_section(name, procedure) for name, procedure in PROCEDURES.items())])


def _section(name: str, procedure: Procedure[Any]) -> str:
    acts = [(noun, procedure[noun]) for noun in procedure]
    head = f"## {procedure.called.zh} {procedure.called.en}\n\n`POST /v1/{name}/{{id}}/…`\n"
    columns = ("办理 act", "名称", "办理前 from", "办理后 to", "权限 permission", "角色 roles", "记录 in the record")
    rows = [columns, ("---",) * len(columns), *(_row(noun, act) for noun, act in acts)]
    table = "".join(f"| {' | '.join(cells)} |\n" for cells in rows)
    diagram = "".join(f"    {line}\n" for line in _diagram(acts))
    return f"{head}\n{table}\n```mermaid\nstateDiagram-v2\n{diagram}```\n"


def _row(noun: str, act: Act[Any]) -> tuple[str, ...]:
    holders = [role for role, held in PERMISSIONS.items() if act.permission in held]
    leads = [act.to.zh if act.to else "不变", *(state.zh for state in act.otherwise)]
    return (
        f"`{noun}`",
        act.zh,
        _labels(act.states),
        "或".join(leads),
        f"`{act.permission}`",
        _labels(holders),
        "、".join(f"`{verb}`" for verb in act.verbs),
    )


def _labels(states: Iterable[State]) -> str:
    return "、".join(state.zh for state in states)


def _diagram(acts: list[tuple[str, Act[Any]]]) -> Iterator[str]:
    """Where the acts lead; an act that leaves the state where it is has no arrow."""
    first = acts[0][1].states[0]
    states: Any = type(first)
    left = {state for _, act in acts if act.to or act.otherwise for state in act.states}
    yield from (f'state "{state.zh}" as {state.value}' for state in states)
    yield f"[*] --> {first.value}"
    for _, act in acts:
        for to in filter(None, (act.to, *act.otherwise)):
            yield from (f"{state.value} --> {to.value}: {act.zh}" for state in act.states)
    yield from (f"{state.value} --> [*]" for state in states if state not in left)
