"""Global ids: opaque to callers, the kind of a thing and its id within the service for us."""

from uuid import UUID

from strawberry.relay import GlobalID

from services.kit.errors import Invalid


class IdOfAnotherKind(Invalid):
    """An id was given that does not name a thing of the kind wanted."""

    code = "ID_OF_ANOTHER_KIND"
    zh = "所给编号不是{wanted}的编号"
    en = "The id given is not the id of a {wanted}."


def uuid_of(global_id: str, node: str, *, field: str = "id") -> UUID:
    """The id that the service knows a `node` by.

    Raises:
        IdOfAnotherKind: it is not an id of ours, or one of another kind of thing; `field` is where it was given.
    """
    try:
        given = GlobalID.from_id(global_id)
        found = UUID(given.node_id)
    except ValueError as error:
        raise IdOfAnotherKind(wanted=node, field=field) from error
    if given.type_name != node:
        raise IdOfAnotherKind(wanted=node, field=field)
    return found
