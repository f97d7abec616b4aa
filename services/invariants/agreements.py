"""Which schemas must agree on what: recommendations and places, people, what was delivered and what was heard."""

from collections.abc import Iterator

from services.accounts.invariants import PEOPLE, UNITS
from services.invariants.agreement import UNDER_WAY, Agreement, Facts, Side
from services.notifications.invariants import Told
from services.quota.contract import ReservationState
from services.quota.invariants import RESERVATIONS
from services.relay.routes import ROUTES
from services.workflow.invariants import DECLARED, RECOMMENDATIONS, RECOMMENDED, RECOMMENDING

DELIVERED = """
select t.event_id from outbox_delivery t join outbox o on o.id = t.event_id
where {slice} and t.subscriber = :subscriber and t.delivered_at is not null and o.type = any(:types)
"""

HEARD = "select t.event_id from inbox t where {slice}"

BROUGHT = """
select t.event_id, o.type, o.data from outbox_delivery t join outbox o on o.id = t.event_id
where {slice} and t.subscriber = 'notifications' and t.delivered_at is not null and o.type = any(:types)
"""

LIVE = (ReservationState.HELD, ReservationState.CONFIRMED)


def every() -> Iterator[Agreement]:
    """All that the schemas must agree on."""
    yield Agreement(
        "recommendation.place",
        "a recommendation has the reservation that its state asks for",
        RECOMMENDATIONS,
        RESERVATIONS,
        _has_its_place,
        kind="recommendation",
    )
    yield Agreement(
        "reservation.recommendation",
        "a place is taken by a recommendation",
        RESERVATIONS,
        RECOMMENDATIONS,
        _is_recommended,
        kind="recommendation",
    )
    for name, side in (("recommendation", RECOMMENDED), ("declaration", DECLARED)):
        yield Agreement(
            f"{name}.person", f"who a {name} is of is known, by the same account", side, PEOPLE, _the_same
        )
    yield Agreement("recommendation.unit", "a unit that recommends is known", RECOMMENDING, UNITS, _known)
    yield from _deliveries()


def _deliveries() -> Iterator[Agreement]:
    told = Told()
    hears = {subscriber: [event.type for event in ROUTES[subscriber]] for subscriber in ("quota", "workflow")}
    hears["notifications"] = list(told.types)
    for source in ("accounts", "workflow", "quota", "notifications"):
        for subscriber, types in hears.items():
            given = {"subscriber": subscriber, "types": types}
            yield Agreement(
                f"{source}.heard_by_{subscriber}",
                "what was delivered was handled",
                Side(source, "outbox_delivery", DELIVERED, "event_id", given),
                Side(subscriber, "inbox", HEARD, "event_id"),
                _known,
            )
        yield Agreement(
            f"{source}.told",
            "whoever an event concerns has its message",
            Side(source, "outbox_delivery", BROUGHT, "event_id", {"types": list(told.types)}),
            told.side,
            told.lacks,
        )


def _has_its_place(recommended: Facts, reserved: Facts | None) -> str:
    wanted, *what = recommended
    if reserved is None:
        return "no reservation"
    state, _, *held = reserved
    if what != held:
        return "the reservation is for something else"
    fits = state in {wanted, ReservationState.EXEMPT}
    return "" if fits else f"{wanted} is asked for, the reservation is {state}"


def _is_recommended(reserved: Facts, recommended: Facts | None) -> str:
    state, known, *_ = reserved
    if state not in LIVE or recommended is not None:
        return ""
    return f"{state} for nothing" if known else UNDER_WAY


def _known(_: Facts, other: Facts | None) -> str:
    return "" if other is not None else "the other side knows nothing of it"


def _the_same(one: Facts, other: Facts | None) -> str:
    return "" if one == other else "the other side says otherwise"
