"""A province that grows through the gateway: who creates what, in GraphQL and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from strawberry.relay import GlobalID

from tests.gateway.conftest import Asker
from tests.services.accounts.world import new_login, new_resident_id, new_uscc, token_at

Organisation = dict[str, Any]
Payload = dict[str, Any]

PASSWORD = "Lantern-Demo-2023!"
WHOLE = """id name kind level nature industry regionCode uscc
  parent { id } lineage { id kind level } availableActions"""
PERSON = "person { id name kind restsOn employer { id name } department { id } } activation { login }"
VERDICT = (
    "basis { cite } errors { code message field basis { cite } findings { code message basis { cite } } }"
)

# What stands where: creator, kind, level, region and what else is told of it.
PLACES: dict[str, tuple[str, str, str, str, dict[str, str]]] = {
    "haixi": ("province", "HRSS", "PREFECTURE", "632800", {}),
    "xining": ("province", "HRSS", "PREFECTURE", "630100", {}),
    "golmud": ("haixi", "HRSS", "COUNTY", "632801", {}),
    "chengxi": ("xining", "HRSS", "COUNTY", "630104", {}),
    "health": ("province", "AUTHORITY", "PROVINCE", "630000", {"industry": "HEALTH"}),
    "haixi health": ("haixi", "AUTHORITY", "PREFECTURE", "632800", {"industry": "HEALTH"}),
    "golmud health": ("golmud", "AUTHORITY", "COUNTY", "632801", {"industry": "HEALTH"}),
    "golmud education": ("golmud", "AUTHORITY", "COUNTY", "632801", {"industry": "EDUCATION"}),
    "chengxi health": ("chengxi", "AUTHORITY", "COUNTY", "630104", {"industry": "HEALTH"}),
    "chengxi education": ("chengxi", "AUTHORITY", "COUNTY", "630104", {"industry": "EDUCATION"}),
    "county hospital": ("golmud health", "EMPLOYER", "COUNTY", "632801", {}),
    "county school": ("golmud education", "EMPLOYER", "COUNTY", "632801", {}),
    "county sickroom": ("county school", "INTERNAL_DEPARTMENT", "COUNTY", "632801", {}),
    "centre": ("chengxi", "TALENT_EXCHANGE_CENTRE", "COUNTY", "630104", {}),
    "hospital": ("health", "EMPLOYER", "PROVINCE", "630000", {}),
    "branch": ("hospital", "SUBORDINATE_UNIT", "PROVINCE", "630000", {}),
    "department": ("hospital", "INTERNAL_DEPARTMENT", "PROVINCE", "630000", {}),
    "school": ("province", "EMPLOYER", "PROVINCE", "630000", {}),
    "division": (
        "province", "INTERNAL_DEPARTMENT", "PROVINCE", "630000", {"industry": "VOCATIONAL_CAPACITY"},
    ),
}  # fmt: skip


@dataclass
class Province:
    """The platform as its callers know it."""

    front: Asker
    root: Organisation
    made: dict[str, Organisation] = field(default_factory=dict)

    @classmethod
    async def begin(cls, front: Asker) -> Province:
        """Sign in as the first manager, and find the one organisation there is."""
        given = {"login": "province.hrss", "password": PASSWORD}
        document = "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }"
        token = (await front.data(document, input=given))["signIn"]["session"]["accessToken"]
        found = await front.data(f"{{ me {{ seats {{ organisation {{ {WHOLE} }} }} }} }}", token=token)
        begun = cls(front, found["me"]["seats"][0]["organisation"])
        await begun.move_clock("2023-10-20T09:00:00+08:00")
        return begun

    async def move_clock(self, instant: str) -> None:
        """Let the time be another."""
        payload = await self.act(self.token("province", "OPERATOR"), "setClock", "parts", instant=instant)
        assert payload["errors"] == []

    async def at(self, place: str) -> Organisation:
        """An organisation of `PLACES`, created by who may."""
        if place == "province":
            return self.root
        if place not in self.made:
            creator, *what, more = PLACES[place]
            payload = await self.create(creator, *what, **more)
            assert payload["errors"] == [], payload["errors"]
            self.made[place] = payload["organisation"]
        return self.made[place]

    def token(self, place: str, *roles: str, **claims: Any) -> str:
        """A token of someone who holds roles at a place that is there; its manager's, where none is told."""
        return bearer_of(self.root if place == "province" else self.made[place], *roles, **claims)

    async def act(self, token: str | None, act: str, returning: str, **given: Any) -> Payload:
        """The payload of a mutation, refused or not."""
        kind = act[0].upper() + act[1:]
        document = f"mutation($input: {kind}Input!) {{ {act}(input: $input) {{ {returning} {VERDICT} }} }}"
        payload: Payload = (await self.front.data(document, token=token, input=given))[act]
        return payload

    async def create(self, creator: str, kind: str, level: str, region: str, **more: Any) -> Payload:
        """What comes of a place's manager creating an organisation."""
        given = proposal(kind, level, region, **more)
        given["creatorId"] = (await self.at(creator))["id"]
        given["manager"] = {"name": "某管理员", "login": new_login("manager")}
        returning = f"organisation {{ {WHOLE} }}"
        return await self.act(self.token(creator), "createOrganisation", returning, **given)

    async def explain(self, creator: str, kind: str, level: str, region: str, **more: Any) -> Payload:
        """What a place's manager is told beforehand."""
        given = {**proposal(kind, level, region, **more), "creatorId": (await self.at(creator))["id"]}
        document = """query($input: ExplainCreationInput!) { explainCreation(input: $input) {
          allowed refusal { code field } whoMay { kind level industry regionCode summary } basis { cite } } }"""
        told = await self.front.data(document, token=self.token(creator), input=given)
        explained: Payload = told["explainCreation"]
        return explained

    async def hire(self, place: str, **more: Any) -> Payload:
        """What comes of a place's manager giving somebody an account."""
        given = {
            "organisationId": (await self.at(place))["id"],
            "name": "卓玛",
            "document": {"kind": "RESIDENT_ID", "number": more.pop("number", None) or new_resident_id()},
            "kind": "ON_ESTABLISHMENT",
            "login": new_login("person"),
        }
        return await self.act(self.token(place), "createPerson", PERSON, **given | more)

    def applicant(self, person: dict[str, Any], place: str) -> str:
        """A person's own token."""
        return self.token(place, "APPLICANT", person_id=uuid(person["id"]))

    async def organisations(self) -> list[str]:
        """The newest organisations of the province, at most eight."""
        document = "{ organisations(first: 8) { edges { node { id } } } }"
        told = await self.front.data(document, token=self.token("province"))
        return [edge["node"]["id"] for edge in told["organisations"]["edges"]]


def proposal(kind: str, level: str, region: str, **more: Any) -> dict[str, Any]:
    """What is told of an organisation, with what its kind asks for filled in."""
    told: dict[str, Any] = {
        "name": f"机构{new_login('')}", "kind": kind, "level": level, "regionCode": region,
    }  # fmt: skip
    if kind not in {"INTERNAL_DEPARTMENT", "HRSS"}:
        told["uscc"] = new_uscc()
    if kind == "AUTHORITY" and more.get("nature") != "CENTRAL_UNIT":
        told["industry"] = "OTHER"
    if kind in {"EMPLOYER", "SUBORDINATE_UNIT"}:
        told["nature"] = "PUBLIC_INSTITUTION"
    return told | more


def uuid(global_id: str) -> UUID:
    """What the services know a thing by."""
    return UUID(GlobalID.from_id(global_id).node_id)


def bearer_of(organisation: Organisation, *roles: str, **claims: Any) -> str:
    """A token of someone who holds roles at an organisation."""
    lineage = [{**step, "id": str(uuid(step["id"]))} for step in organisation["lineage"]]
    told = {"industry": organisation["industry"]}
    plain = {"id": str(uuid(organisation["id"])), "lineage": lineage, **told}
    return token_at(plain, *roles, **claims)


def cites(told: dict[str, Any]) -> list[str]:
    """The articles that a payload, an error or an explanation rests on."""
    return [basis["cite"] for basis in told["basis"]]


def only_error(payload: Payload) -> dict[str, Any]:
    """Why it was refused."""
    [error] = payload["errors"]
    found: dict[str, Any] = error
    return found
