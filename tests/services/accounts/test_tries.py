"""What a guesser meets: waits that grow, by name and by network; and what the owner of a guessed name meets: nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import text

from services.accounts.installation import Desk
from services.accounts.sign_in import service, tries
from services.accounts.sign_in.origin import origin_of
from services.accounts.sign_in.passwords import Passwords, is_common
from services.admission.errors import TooBusy
from services.kit.clock import Moment
from tests.platform.apps import BASE_URL
from tests.services.accounts.factors import somebody
from tests.services.accounts.world import PASSWORD, World, new_login, refused

WRONG = "Wrong-Password-1"
WAITING = "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


@pytest.fixture
def elsewhere(apps, world):
    """The service as it is asked from another address."""

    async def at(address: str) -> World:
        transport = httpx.ASGITransport(app=await apps.get("accounts"), client=(address, 40000))
        return World(httpx.AsyncClient(transport=transport, base_url=BASE_URL, trust_env=False), world.root)

    return at


async def guesses(world: World, login: str, many: int) -> list[int]:
    """Wrong tries, one after the other."""
    return [(await world.sign_in(login, WRONG)).status_code for _ in range(many)]


async def let_pass(session, seconds: int) -> None:
    """Let real time go on for the waits."""
    async with session("accounts") as tx:
        await tx.execute(
            text("update counted_try set not_before = not_before - make_interval(secs => :s)"), {"s": seconds}
        )


async def test_each_wrong_try_waits_longer(world, session):
    """Half a minute after the fifth, then twice as long each time, at most a quarter of an hour; hammering adds nothing."""
    login = new_login()
    assert await guesses(world, login, 6) == [401] * 5 + [429]
    waits = []
    for _ in range(7):
        answers = [await world.sign_in(login, WRONG) for _ in range(3)]
        assert {answer.status_code for answer in answers} == {429}
        waits.append(int(answers[0].headers["retry-after"]))
        await let_pass(session, waits[-1] + 1)
        refused(await world.sign_in(login, WRONG), 401, "CREDENTIALS_WRONG")
    assert [round(wait / 30) for wait in waits] == [1, 2, 4, 8, 16, 30, 30]


async def somebody_waits(session) -> None:
    """Until somebody waits for a lock; a transaction sees who is there as of its first look."""
    waiting = None
    while waiting is None:
        await asyncio.sleep(0.02)
        async with session("accounts") as tx:
            waiting = await tx.scalar(text(WAITING))


async def test_who_signs_in_and_who_tries_wait_for_each_other_in_turn(client, apps, session):
    """A right try forgets in the order in which others are counted: neither is broken off as a deadlock."""
    await client("accounts")
    desk = Desk((await apps.get("accounts")).state.installation, Moment(datetime(2023, 11, 20, tzinfo=UTC)))
    rule, basis = desk.policy.sign_in.lockout, service.basis(desk)
    counted = tries.Counted(pair=b"\xff" * 32, name=b"\x00" * 32, network=b"\x77" * 32)
    async with session("accounts") as tx:
        await tries.count(tx, counted.name, rule.name, basis)
        await tries.count(tx, counted.pair, rule.pair, basis)

    async def sign_in() -> None:
        async with session("accounts") as other:
            await tries.was_right(other, counted, rule)

    async with session("accounts") as tx:
        await tries.count(tx, counted.pair, rule.pair, basis)
        signing_in = asyncio.create_task(sign_in())
        await somebody_waits(session)
        await tries.count(tx, counted.name, rule.name, basis)
    await signing_in


async def test_nobody_locks_a_name_out_of_its_own_office(world, elsewhere, session):
    """Guesses from other networks wait; the owner signs in where he or she did before, at any moment."""
    owner = await somebody(world, "EXPERT")
    assert (await world.sign_in(owner.login)).status_code == 200
    for n in range(7):
        await guesses(await elsewhere(f"198.51.100.{n}"), owner.login, 5)
    stranger = await elsewhere("198.51.100.99")
    refused(await stranger.sign_in(owner.login), 429, "TOO_MANY_TRIES")
    assert (await world.sign_in(owner.login)).status_code == 200


async def test_a_name_from_everywhere_waits_a_minute_at_most(world, elsewhere, session):
    """Thirty wrong tries from many networks: a gentle wait for a network that is new to the name, never a lock."""
    owner = await somebody(world, "EXPERT")
    for n in range(8):
        await guesses(await elsewhere(f"203.0.113.{n}"), owner.login, 5)
    new = await elsewhere("192.0.2.1")
    late = await new.sign_in(owner.login)
    refused(late, 429, "TOO_MANY_TRIES")
    assert int(late.headers["retry-after"]) <= 60
    await let_pass(session, 61)
    assert (await new.sign_in(owner.login)).status_code == 200


async def test_one_network_at_many_names_waits(world, elsewhere, session):
    """More than a hundred names tried once each: the network waits, others do not, and its usual people sign in."""
    owner = await somebody(world, "EXPERT")
    sprayer = await elsewhere("203.0.113.7")
    assert (await sprayer.sign_in(owner.login)).status_code == 200
    async with session("accounts") as tx:
        await tx.execute(text("update counted_try set tries = 106"))
    refused(await sprayer.sign_in(new_login(), WRONG), 401, "CREDENTIALS_WRONG")
    refused(await sprayer.sign_in(new_login(), WRONG), 429, "TOO_MANY_TRIES")
    assert (await sprayer.sign_in(owner.login)).status_code == 200
    refused(await world.sign_in(new_login(), WRONG), 401, "CREDENTIALS_WRONG")


async def test_beyond_the_wait_nothing_is_looked_at(world, session):
    """64 guesses at once: five are looked at, and of the account's history five tell."""
    owner = await somebody(world, "EXPERT")
    answers = await asyncio.gather(*(world.sign_in(owner.login, f"Guess-Number-{n}") for n in range(64)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 59
    async with session("accounts") as tx:
        assert await tx.scalar(text("select count(*) from sign_in where outcome = 'PASSWORD_WRONG'")) == 5


async def test_more_than_can_wait_are_told_to_come_again(client, world):
    """One password is checked, one waits: whoever comes then hears so at once, with a time to come again."""
    http = await client("accounts", settings={"password_workers": 1, "password_queue": 1})
    crowded = World(http, world.root)
    answers = await asyncio.gather(*(crowded.sign_in(new_login(), WRONG) for _ in range(12)))
    busy = [answer for answer in answers if answer.status_code == 503]
    assert busy
    assert {answer.status_code for answer in answers} == {401, 503}
    assert busy[0].json()["code"] == "TOO_BUSY"
    assert 1 <= int(busy[0].headers["retry-after"]) <= 3
    refused(await crowded.sign_in(new_login(), WRONG), 401, "CREDENTIALS_WRONG")


async def test_the_queue_is_bounded():
    """Of 64 at once on one worker with room for three, four are answered."""
    passwords = Passwords(1, 3, 19_456)
    done = await asyncio.gather(*(passwords.verify("x", None) for _ in range(64)), return_exceptions=True)
    assert sum(isinstance(each, TooBusy) for each in done) == 60
    assert await passwords.verify("x", None) is False


@pytest.mark.parametrize(
    ("password", "common"),
    [
        ("Password123!", True),
        ("P@ssw0rd", True),
        ("123456789", True),
        ("Iloveyou-2023", True),
        (PASSWORD, False),
    ],
)
def test_the_commonest_passwords(password, common):
    """As they are, in any case, with digits and signs around them."""
    assert is_common(password) is common


@pytest.mark.parametrize(
    ("address", "network", "masked"),
    [
        ("203.0.113.77", "203.0.113.77/32", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.77/32", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("testclient", "-", "-"),
        (None, "-", "-"),
    ],
)
def test_an_address_is_counted_whole_and_kept_masked(address, network, masked):
    """A household has as many IPv6 addresses as it likes: its network is counted."""
    origin = origin_of("Phone\n 1", address)
    assert (origin.network, origin.masked, origin.device) == (network, masked, "Phone 1")
