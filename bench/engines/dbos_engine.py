"""DBOS Transact: `dbos_engine.py URL`. A plain step is one transition; of an approval each of six that are sent and received is one."""

import sys
from uuid import uuid4

from dbos import DBOS, DBOSConfig
from turns import take_turns

STEPS = 6
MOST_WRITERS = 64

config: DBOSConfig = {
    "name": "bench",
    "system_database_url": sys.argv[1],
    "sys_db_pool_size": 2 * MOST_WRITERS,
    "log_level": "ERROR",
}
DBOS(config=config)


@DBOS.step()
def decided(number: int) -> int:
    """What a decision comes to; kept by DBOS."""
    return number


@DBOS.workflow()
def plain() -> int:
    """Six steps, one after the other."""
    return sum(1 for number in range(STEPS) if decided(number) == number)


@DBOS.workflow()
def approval() -> int:
    """Six times somebody has to say so before it goes on."""
    for _ in range(STEPS):
        decided(DBOS.recv("approval", timeout_seconds=60))
    return STEPS


def approved() -> int:
    """One case: begun, and approved six times by somebody outside."""
    case = DBOS.start_workflow(approval)
    for number in range(STEPS):
        DBOS.send(case.workflow_id, number, "approval", idempotency_key=str(uuid4()))
    return case.get_result()


if __name__ == "__main__":
    DBOS.launch()
    take_turns({"steps": plain, "approval": approved})
    DBOS.destroy()
