"""A mistyped identity document (身份证件) put right or taken away, by the employer's manager."""

from uuid import UUID

import strawberry

from gateway.accounts.person import DocumentInput, Person, PersonPayload
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, mutation
from gateway.told import body_of
from gateway.words import described, id_of

NAMED = ("person_id", "document_id")


@strawberry.input(description="A document of a person as it should have been told; the person is told of it.")
class CorrectPersonDocumentInput(Act):
    """Correct a document."""

    person_id: strawberry.ID = id_of("Person", "Whose.")
    document_id: strawberry.ID = id_of("PersonDocument", "Which document.")
    document: DocumentInput = described("The document as it is (身份证件).")
    reason: str = described("Why (更正理由); without any number.")


@strawberry.input(description="A document that is not the person's; the last one that lasts for life stays.")
class RemovePersonDocumentInput(Act):
    """Remove a document."""

    person_id: strawberry.ID = id_of("Person", "Whose.")
    document_id: strawberry.ID = id_of("PersonDocument", "Which document.")
    reason: str = described("Why (删除理由); without any number.")


@strawberry.type
class PersonDocumentMutation:
    """Acts on documents that were mistyped."""

    @mutation("Correct a mistyped document of a person of the caller's organisation (更正身份证件).")
    async def correct_person_document(
        self, info: Info, input: CorrectPersonDocumentInput
    ) -> PersonPayload | None:
        """Put it right."""
        return await _mend(info, "PUT", input)

    @mutation("Remove a document that is not the person's (删除身份证件).")
    async def remove_person_document(
        self, info: Info, input: RemovePersonDocumentInput
    ) -> PersonPayload | None:
        """Take it away."""
        return await _mend(info, "DELETE", input)


async def _mend(
    info: Info, method: str, given: CorrectPersonDocumentInput | RemovePersonDocumentInput
) -> PersonPayload:
    person: UUID = uuid_of(given.person_id, "Person", field="person_id")
    document = uuid_of(given.document_id, "PersonDocument", field="document_id")
    path = f"/v1/people/{person}/documents/{document}"
    done = await info.context.accounts.write(method, path, body_of(given, *NAMED))
    return PersonPayload(person=Person.of(done.record), basis=Basis.each(done.basis))
