"""What people do in the last hour, and how often: requests as front ends send them, each by somebody else."""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, cycle, islice, repeat
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from graphql import OperationDefinitionNode, parse, print_ast

from bench.last_hour.crowd import Crowd, Names
from bench.page.province import node
from demo.scenes.declaration import CONTENT
from demo.scenes.opening import LEVEL
from demo.stage import PASSWORD

ASKED = Path(__file__).with_name("asked.graphql")
SEED = 20231130
A_PAGE = 20
SUBMITTED = 0.3
"""The share of drafts that are there to be submitted; others are saved, each once."""
PAGES = ("/", "/arrangements", "/criteria", "/publicity", "/process", "/routes", "/figures")
SUBMIT, RECOMMEND, SAVE, LINK, PASS_ON = "submit", "recommend", "save a section", "link for a file", "pass on"
WRITES = frozenset({SUBMIT, RECOMMEND, SAVE, LINK, PASS_ON})
SAVED = CONTENT["basic"] | {"post": "普通外科副主任"}
RIVALS = 2
"""So many want one place at the same moment."""
SHARES: Mapping[str, int] = {
    "own declaration": 22,
    SAVE: 24,
    LINK: 10,
    SUBMIT: 8,
    "sign in": 6,
    "worklist": 8,
    PASS_ON: 5,
    RECOMMEND: 2,
    "public page": 15,
}
"""Of a hundred requests."""


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """One request of a kind; `about` is the id of what it is about."""

    kind: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: str | None = None
    about: str = ""

    def told(self) -> str:
        """What makes it another than the next: in what order they are looked at must not differ from run to run."""
        return f"{self.kind} {self.about} {self.headers.get('idempotency-key', '')}"


class Mix:
    """An endless row of requests, in an order that is the same each time; `rivals` come for one place, one right after the other."""

    def __init__(self, crowd: Crowd, *, rivals: bool = False) -> None:
        self._crowd = crowd
        self._at_once = {RECOMMEND: RIVALS} if rivals else {}
        self._documents = operations(ASKED)
        self._order = random.Random(SEED)
        submitted = int(len(crowd.drafts) * SUBMITTED)
        first, others = crowd.drafts[:submitted], crowd.drafts[submitted:]
        self._sources: Mapping[str, Iterator[Request]] = {
            "own declaration": map(self._look, cycle(others)),
            SAVE: map(self._save, others),
            LINK: map(self._link, cycle(others)),
            SUBMIT: map(self._submit, first),
            "sign in": map(self._sign_in, cycle(crowd.drafts)),
            "worklist": map(self._worklist, repeat(crowd.models.tokens["health"])),
            PASS_ON: map(self._pass_on, crowd.waiting),
            RECOMMEND: map(self._recommend, crowd.rivals() if rivals else crowd.listed),
            "public page": map(self._page, cycle(PAGES)),
        }

    def take(self, count: int) -> list[Request]:
        """The next ones; a kind that has run out is left out."""
        weights = [share / self._at_once.get(kind, 1) for kind, share in SHARES.items()]
        kinds = self._order.choices(list(SHARES), weights, k=count)
        told = chain.from_iterable(islice(self._sources[kind], self._at_once.get(kind, 1)) for kind in kinds)
        return list(islice(told, count))

    def of(self, kind: str, count: int) -> list[Request]:
        """The next ones of one kind; fewer if it runs out."""
        return list(islice(self._sources[kind], count))

    def _look(self, who: Names) -> Request:
        return self._ask("own declaration", "OwnDeclaration", self._applicant(who), id=self._declaration(who))

    def _save(self, who: Names) -> Request:
        given = {
            "id": self._declaration(who),
            "section": "basic",
            "value": SAVED,
            "base": self._crowd.models.base,
        }
        return self._do(SAVE, "SaveSection", self._applicant(who), who, given)

    def _link(self, who: Names) -> Request:
        given = {
            "declarationId": self._declaration(who),
            "item": "ACHIEVEMENT",
            "title": "补充材料",
            "fileName": "补充.pdf",
        }
        return self._do(LINK, "RequestUpload", self._applicant(who), who, given)

    def _submit(self, who: Names) -> Request:
        given = {"id": self._declaration(who), "action": "SUBMIT"}
        return self._do(SUBMIT, "Act", self._applicant(who), who, given)

    def _sign_in(self, who: Names) -> Request:
        given = {"login": f"c{who['<n>']}", "password": PASSWORD}
        return self._ask("sign in", "SignIn", None, input=given)

    def _worklist(self, _: str) -> Request:
        return self._ask("worklist", "Worklist", self._reviewer(), first=A_PAGE)

    def _pass_on(self, who: Names) -> Request:
        given = {"id": self._declaration(who), "action": "PASS"}
        return self._do(PASS_ON, "Act", self._reviewer(), who, given)

    def _recommend(self, who: Names) -> Request:
        things = self._crowd.models.things
        given = {
            "planId": node("RecommendationPlan", UUID(who[things["plan"]])),
            "personId": node("Person", UUID(who[things["second"]])),
            "series": "HEALTH",
            "specialtyId": node("Specialty", UUID(things["specialty"])),
            "level": LEVEL,
        }
        return self._do(RECOMMEND, "Recommend", self._crowd.clerk(who), who, given)

    @staticmethod
    def _page(path: str) -> Request:
        return Request("public page", "GET", path, {"accept": "text/html"})

    def _declaration(self, who: Names) -> str:
        return node("Declaration", UUID(who[self._crowd.models.things["declaration"]]))

    def _applicant(self, who: Names) -> str:
        return self._crowd.token("first", who)

    def _reviewer(self) -> str:
        return self._crowd.token("health", {})

    def _do(self, kind: str, operation: str, token: str, who: Names, given: Mapping[str, Any]) -> Request:
        things = self._crowd.models.things
        about = who[things["second" if kind == RECOMMEND else "declaration"]]
        return self._ask(kind, operation, token, about=about, key=uuid4().hex, input=given)

    def _ask(
        self,
        kind: str,
        operation: str,
        token: str | None,
        *,
        about: str = "",
        key: str = "",
        **variables: Any,
    ) -> Request:
        headers = {"content-type": "application/json", "accept": "application/graphql-response+json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        if key:
            headers["idempotency-key"] = key
        body = json.dumps({"query": self._documents[operation], "variables": variables})
        return Request(kind, "POST", "/graphql", headers, body, about)


def operations(asked: Path) -> dict[str, str]:
    """Each operation of a document by itself, as a front end sends it."""
    document = parse(asked.read_text(encoding="utf-8"))
    found = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    return {each.name.value: print_ast(each) for each in found if each.name}
