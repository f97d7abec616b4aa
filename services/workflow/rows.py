"""How a row with states begins and moves: the plumbing's calls, with the row at hand instead of its table."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

from sqlalchemy import ARRAY, Select, Table, TextClause, Uuid, bindparam, func, insert, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.driver.kept import kept
from services.kit import audit, transition
from services.kit.auth import Seat
from services.kit.errors import Basis, Refusal
from services.kit.ids import new_id
from services.kit.outbox import Event
from services.kit.steps import Move, StaleVersion
from services.workflow.act import Act

R = TypeVar("R")


class Stateful(Protocol):
    """A row that has a key and a state."""

    @property
    def id(self) -> UUID:
        """Its key."""
        ...

    @property
    def state(self) -> str:
        """Where it stands."""
        ...


async def add(tx: AsyncSession, row: object, taken: Mapping[str, Refusal] | None = None) -> None:
    """Write a new row now.

    `taken` names, by unique constraint, the refusal for the row that came second: two callers at the same instant get
    one row and one refusal.
    """
    tx.add(row)
    try:
        await tx.flush()
    except IntegrityError as error:
        for constraint, refusal in (taken or {}).items():
            if f'"{constraint}"' in str(error.orig):
                raise refusal from error
        raise


async def begin(
    act: Act, row: Stateful, seat: Seat, *, basis: Sequence[Basis], taken: Mapping[str, Refusal] | None = None
) -> None:
    """Write a new row, the first line of its history, and its audit."""
    await add(act.tx, row, taken)
    await transition.begin(
        act.tx,
        table_of(row),
        subject_id=row.id,
        state=row.state,
        actor=act.actor,
        moment=act.moment,
        organisation_id=seat.organisation_id,
        role=seat.role,
        basis=tuple(basis),
    )


async def begin_all(act: Act, new: Sequence[Stateful], seat: Seat, *, basis: Sequence[Basis]) -> None:
    """Write many new rows of a kind, with their first lines of history and their audit: a statement each, however many."""
    act.tx.add_all(new)
    await act.tx.flush()
    lines = [_first_line(act, each, seat, basis) for each in new]
    audited = [
        audit.row(
            actor=act.actor,
            organisation_id=seat.organisation_id,
            role=seat.role,
            action=f"{table_of(each).name}.CREATE",
            subject=f"{table_of(each).name}/{each.id}",
            moment=act.moment,
            basis=tuple(basis),
        )
        for each in new
    ]
    await act.tx.execute(insert(transition.history), lines)
    await act.tx.execute(insert(audit.audit_log), audited)


def _first_line(act: Act, row: Stateful, seat: Seat, basis: Sequence[Basis]) -> dict[str, Any]:
    return {
        "id": new_id(),
        "subject_kind": table_of(row).name,
        "subject_id": row.id,
        "action": "CREATE",
        "after": row.state,
        "actor_id": act.actor.id,
        "actor_name": act.actor.named(seat.organisation_id, seat.role),
        "role": seat.role,
        "organisation_id": seat.organisation_id,
        "at": act.moment.instant,
        "basis": [asdict(each) for each in basis],
    }


async def take(
    act: Act, row: Stateful, move: Move, *, event: Event, note: str | None = None, **changes: Any
) -> None:
    """Take a decided move on a row and read it again; `changes` are columns to set with the state.

    Raises:
        StaleVersion: somebody else was faster; nothing was written.
    """
    await transition.take(
        act.tx,
        table_of(row),
        move,
        actor=act.actor,
        moment=act.moment,
        event=event,
        changes=changes,
        note=note,
    )
    await act.tx.refresh(row)


@dataclass(frozen=True, slots=True)
class Taken:
    """A decided move of one of many rows, with its event, and the columns that are set with the state."""

    row: Stateful
    move: Move
    event: Event
    note: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


async def take_all(act: Act, every: Sequence[Taken]) -> None:
    """Take many decided moves on rows of one kind and read them again, with history, audit and event for each.

    It is a few statements, however many they are. The caller has locked the rows before judging them: by reading again
    nobody tells the own move from the same one that somebody else took.

    Raises:
        StaleVersion: somebody else was faster on one of them; the transaction is not to be committed.
    """
    together: dict[TextClause, list[dict[str, Any]]] = defaultdict(list)
    for each in every:
        statement, values = transition.prepared(
            table_of(each.row),
            each.move,
            actor=act.actor,
            moment=act.moment,
            event=each.event,
            note=each.note,
            changes=each.changes,
        )
        together[statement].append(values)
    for statement, sets in together.items():
        await act.tx.execute(statement, sets)
    await _read_again(act.tx, every)


async def _read_again(tx: AsyncSession, every: Sequence[Taken]) -> None:
    """The rows as they are now; one that did not move has the version that was judged, or somebody else's."""
    if not every:
        return
    kind: Any = type(every[0].row)
    wanted = select(kind).where(kind.id.in_([each.move.subject_id for each in every]))
    found = {row.id: row for row in await tx.scalars(wanted.execution_options(populate_existing=True))}
    for each in every:
        now = found.get(each.move.subject_id)
        if now is None or (now.state, now.version) != (each.move.after, each.move.version + 1):
            raise StaleVersion(field="version")


async def below(
    tx: AsyncSession, kind: type[R], owner: InstrumentedAttribute[UUID], ids: Collection[UUID], *order: Any
) -> dict[UUID, list[R]]:
    """The rows of a kind that belong to each of several things, in an order, by one statement; an empty list where none do."""
    found: dict[UUID, list[R]] = {each: [] for each in ids}
    if found:
        for row in await tx.scalars(_below(cast("Any", kind), owner, order), {"ids": list(found)}):
            found[getattr(row, owner.key)].append(row)
    return found


@cache
def _below(kind: Any, owner: InstrumentedAttribute[UUID], order: tuple[Any, ...]) -> Select[Any]:
    """The statement, made once."""
    return kept(select(kind).where(owner == func.any(bindparam("ids", type_=ARRAY(Uuid)))).order_by(*order))


def table_of(row: object) -> Table:
    """The table of a row."""
    table = inspect(type(row)).local_table
    assert isinstance(table, Table)
    return table
