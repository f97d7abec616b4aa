"""An approval by six people, one after the other; each of its tasks is assigned to somebody, started and done."""

from types import SimpleNamespace

from django.contrib.auth.models import User
from viewflow import this
from viewflow.workflow import flow, lock

STEPS = 6
READER = User.objects.get_or_create(username="reviewer")[0]
REQUEST = SimpleNamespace(user=READER)


class Approval(flow.Flow):
    """Six people, one after the other."""

    lock_impl = lock.select_for_update_lock

    start = flow.StartHandle(this.begun).Next(this.first)
    first = flow.View(None).Assign(lambda _: READER).Next(this.second)
    second = flow.View(None).Assign(lambda _: READER).Next(this.third)
    third = flow.View(None).Assign(lambda _: READER).Next(this.fourth)
    fourth = flow.View(None).Assign(lambda _: READER).Next(this.fifth)
    fifth = flow.View(None).Assign(lambda _: READER).Next(this.sixth)
    sixth = flow.View(None).Assign(lambda _: READER).Next(this.end)
    end = flow.End()

    def begun(self, activation):
        """A case begins."""
        return activation.process


def approved() -> int:
    """One case: begun, and each of its tasks done by the one it is assigned to."""
    process = Approval.start.run()
    for _ in range(STEPS):
        task = process.task_set.get(finished=None)
        with task.activation() as activation:
            activation.start(REQUEST)
            activation.execute()
    return STEPS
