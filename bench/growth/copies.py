"""What grows beside declarations: certificates, publicities, messages and places held, one for each; a tenth of all waits."""

from dataclasses import replace

from bench.page.growth import (
    ACCOUNT,
    COPIES,
    DECLARATION,
    DECLARATIONS,
    NAME,
    PERSON,
    RECENT,
    WAITS,
    Copied,
    Waiting,
    key_sql,
)

CERTIFICATE, PUBLICITY, MESSAGE, RESERVATION, UNIT = range(8, 13)
WAITING = Waiting(every=10, up_to=RECENT)
"""A tenth of all that are not of former years waits at one body."""
DAYS_LEFT, DUE_DAYS = 20, 30
"""None of these is due before so many days, and then on one of so many: nobody is warned meanwhile."""
PER_UNIT = 500
"""So many places are held in one unit."""

DUE = f"case when {WAITS} then sent::date + {DAYS_LEFT} + n::int % {DUE_DAYS} end"


def _due_later(copied: Copied) -> Copied:
    return replace(copied, own={**copied.own, "due_on": DUE}) if copied.table == DECLARATIONS else copied


TABLES = (
    *map(_due_later, COPIES),
    Copied(
        "workflow.certificate",
        "t.declaration_id = d.id",
        {
            "id": key_sql(CERTIFICATE),
            "number": "'B' || n",
            "number_key": "'B' || n",
            "declaration_id": key_sql(DECLARATION),
            "person_id": key_sql(PERSON),
            "account_id": key_sql(ACCOUNT),
            "holder_name": NAME,
            "holder_key": NAME,
        },
    ),
    Copied(
        "workflow.publicity",
        "t.cycle_id = d.cycle_id",
        {"id": key_sql(PUBLICITY), "subject_id": key_sql(PUBLICITY)},
        placed="row_number() over (order by t.id)",
        only="place = 1",
    ),
    Copied(
        "notifications.message",
        "t.audience = 'seats/' || (d.chain -> 2 ->> 'id') and 'REVIEWER' = any(t.roles)",
        {"id": key_sql(MESSAGE), "event_id": key_sql(MESSAGE), "subject": "'declaration/' || n"},
        placed="row_number() over (order by t.id)",
        only="place = 1",
    ),
    Copied(
        "quota.reservation",
        "t.person_id = d.person_id",
        {
            "id": key_sql(RESERVATION),
            "recommendation_id": key_sql(RESERVATION),
            "unit_id": key_sql(UNIT, f"n / {PER_UNIT}"),
            "person_id": key_sql(PERSON),
        },
    ),
)
