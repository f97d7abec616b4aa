"""From an empty province to someone signed in."""

from __future__ import annotations

import pytest

from tests.services.accounts.world import PASSWORD


async def test_walk(world, first_lines):
    """Seed, create, activate, sign in, refresh."""
    print(first_lines)
    hospital = await world.hospital()
    dept = await world.department(hospital)
    created = await world.add_person(dept)
    await world.activate(created["activation"])
    answer = await world.sign_in(created["activation"]["login"])
    assert answer.status_code == 200, answer.text
    print(answer.json())
    again = await world.ask("POST", "/v1/sessions/refresh", None, {"refresh_token": answer.json()["refresh_token"]})
    assert again.status_code == 200
    me = await world.ask("GET", "/v1/me", again.json()["access_token"])
    print(me.json())
    token = again.json()["access_token"]
    attempt = await world.ask("POST", "/v1/learning/attempts", token, {"cycle": 2023})
    print(attempt.text)
    assert attempt.status_code == 201
