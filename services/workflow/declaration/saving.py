"""A section is saved as it is written, finished or not, without a collision with another section open elsewhere.

What is well formed becomes content. What is not is kept beside it as it was typed, with what is wrong, and stands in the
way of submission. `base` is the digest of the section as the writer has read it.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.kit.errors import Basis, Finding
from services.kit.steps import StaleVersion, refuse_broken
from services.workflow.declaration import facts, rules, service
from services.workflow.declaration.call import Call
from services.workflow.declaration.case import Case
from services.workflow.declaration.content import SECTIONS, Content
from services.workflow.declaration.errors import SectionUnknown
from services.workflow.declaration.model import Declaration
from services.workflow.policy import NoticePolicy


@dataclass(frozen=True, slots=True)
class Saved:
    """A section as it is kept now, and what keeps it from being finished."""

    declaration_id: UUID
    section: str
    digest: str
    complete: bool
    version: int
    findings: tuple[Finding, ...]


def sections_of(declaration: Declaration) -> dict[str, Any]:
    """What the writer has in each section: as it was typed, where it is unfinished."""
    return _content_of(declaration) | declaration.unfinished


def digest_of(value: Any) -> str:
    """The digest of a section as it is kept: whoever saves names the one that was read."""
    told = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _content_of(declaration: Declaration) -> dict[str, Any]:
    """The content with every section, also those that nobody has written yet."""
    return Content.model_validate(declaration.content).model_dump(mode="json")


async def save(
    call: Call, declaration_id: UUID, section: str, value: Any, base: str
) -> tuple[Saved, tuple[Basis, ...]]:
    """Keep a section as it is written now; what is kept already is kept, whatever `base`.

    Raises:
        SectionUnknown: there is no such section.
        DeclarationNotFound, NotWithApplicant: it is not the caller's, or not to be written to.
        StaleVersion: the section was written since the caller read it.
        NotReturned: after a return only what was returned changes.
        RulesBroken: the time for it is over.
    """
    if section not in SECTIONS:
        raise SectionUnknown(section=section, field="section")
    declaration = await service.lock_own(call, declaration_id)
    policy = call.policy(declaration)
    case = await facts.full_case(call.tx, declaration, policy, actor=call.actor, moment=call.moment)
    service.refuse_not_returned(
        case, {section} - service.ALWAYS_OPEN, policy.articles["return_level_by_level"]
    )
    refuse_broken("EDIT", (service.in_time(case),), case, policy.articles)
    content, findings = _read(case, section, value, policy)
    basis = (policy.articles["declaration_order"],)
    if _write(declaration, section, value, content, base):
        await service.note(call, declaration, "SAVE", basis, {"sections": [section]})
        await call.tx.refresh(declaration)  # the digest is of what the database keeps
    digest = digest_of(sections_of(declaration)[section])
    return Saved(
        declaration.id, section, digest, content is not None, declaration.version, tuple(findings)
    ), basis


def _read(case: Case, section: str, value: Any, policy: NoticePolicy) -> tuple[Content | None, list[Finding]]:
    """The content with the section in it, or what is wrong with the section; nothing at all empties it."""
    try:
        read = Content.model_validate({} if value is None else {section: value})
    except ValidationError as error:
        return None, [_finding(each["loc"], each["msg"]) for each in error.errors()]
    content = case.filled_in.content.model_copy(update={section: getattr(read, section)})
    written = replace(case, form=replace(case.filled_in, content=content))
    unknown = rules.kinds_known.findings(written, policy.articles) if section == "achievements" else []
    return (None, unknown) if unknown else (content, [])


def _finding(where: tuple[int | str, ...], text: str) -> Finding:
    field = ".".join(map(str, ("content", *where)))
    return Finding("INVALID_FIELD", f"{field}：{text}", f"{field}: {text}", field)


def _write(declaration: Declaration, section: str, value: Any, content: Content | None, base: str) -> bool:
    """Change the row; False where it holds that already."""
    before = (_content_of(declaration), declaration.unfinished)
    unfinished = {name: kept for name, kept in declaration.unfinished.items() if name != section}
    if content is None:
        after = (before[0], unfinished | {section: value})
    else:
        after = (content.model_dump(mode="json"), unfinished)
    if after == before:
        return False
    if digest_of(sections_of(declaration)[section]) != base:
        raise StaleVersion(field="base")
    declaration.content, declaration.unfinished = after
    declaration.version += 1
    if content is not None:
        service.touch(declaration, {section})
    return True
