"""A campaign's exchanges: tasks in frames, then whatever its dialogue level does."""

from __future__ import annotations

from gauger.world.campaigns.operator import Operator
from gauger.world.day.draft import Draft, blank
from gauger.world.day.openings import results
from gauger.world.people.cast import Bools
from gauger.world.text import names
from gauger.world.text.tasks import ItemSet


def worked(draft: Draft, operator: Operator, public: ItemSet) -> None:
    """Writes the rows that one operator dealt."""
    rows, rng = draft.rows, draft.rng
    mine = rows.operator == operator.number
    if not mine.any():
        return
    opening, later = mine & rows.first, mine & ~rows.first
    source = operator.tasks(rng, rows.item[mine], public)
    task = blank(len(rows))
    task[mine] = source.texts
    draft.topics[mine] = source.topics
    draft.own[mine] = (rows.item[mine] * 7919 + operator.number * 101) % names.POOL
    draft.fixed[opening] = task[opening]
    draft.answer[mine] = operator.purpose.answer
    draft.output[mine] = operator.output
    draft.system[mine], draft.tools[mine] = None, operator.tools
    if operator.frames:
        _framed(draft, operator, mine, later)
    else:
        _bare(draft, opening)
    _going_on(draft, operator, later)


def _framed(draft: Draft, operator: Operator, mine: Bools, later: Bools) -> None:
    rows, many = draft.rows, len(operator.frames)
    drawn = draft.rng.integers(0, many, int(rows.session[-1]) + 1)
    chosen = drawn[rows.session[mine]]
    system, before, after = blank(many), blank(many), blank(many)
    system[:] = [frame.system for frame in operator.frames]
    before[:] = [frame.before for frame in operator.frames]
    after[:] = [frame.after for frame in operator.frames]
    draft.system[mine] = system[chosen]
    draft.before[mine], draft.after[mine] = before[chosen], after[chosen]
    draft.before[later], draft.after[later] = "", ""


def _bare(draft: Draft, opening: Bools) -> None:
    """No frame: tasks as people write them, half of them asking for the reasoning."""
    asked = opening & draft.chance(0.4)
    draft.pattern[asked] = draft.pick("open", asked)
    elicit = opening & draft.chance(0.5)
    draft.after[elicit] = [
        text if "{" not in text else " Show your reasoning." for text in draft.pick("step", elicit)
    ]
    draft.styled |= opening


def _going_on(draft: Draft, operator: Operator, later: Bools) -> None:
    script = operator.script
    if script.level == 1:
        lines = blank(len(script.lines))
        lines[:] = script.lines
        draft.fixed[later] = lines[draft.rng.integers(0, len(lines), int(later.sum()))]
    elif script.level == 2:
        tool = later & draft.chance(0.85 if script.tools else 0.0)
        results(draft, tool)
        plain = later & ~tool
        draft.pattern[plain] = draft.pick("follow", plain)
    else:
        tool = later & draft.chance(0.5 if script.tools else 0.0)
        results(draft, tool)
        reply = later & ~tool
        draft.pattern[reply] = draft.pick("reply", reply, 1.4)
        draft.react |= reply
        draft.styled |= reply
