"""Things of a class, from rows: followed by the session that asked for them as those that it loads itself, or by none."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.state import InstanceState


class Followed(NamedTuple):
    """Who follows what is told: the session, and whether what it has already is told anew (`populate_existing`)."""

    session: Session
    anew: bool


class Thing:
    """How one thing of a class is made of the values of a row, whose places are named."""

    def __init__(self, mapper: Mapper[Any], places: Mapping[str, int]) -> None:
        assert mapper.polymorphic_on is None, "a row tells of no other class"
        self._manager = mapper.class_manager
        self._identity = mapper._identity_class  # noqa: SLF001 - the first part of a thing's key
        self._places = tuple(places.items())
        self._key = [places[mapper.get_property_by_column(each).key] for each in mapper.primary_key]
        self._untold = {each.key for each in mapper.column_attrs} - set(places)

    def of(self, values: Sequence[Any], followed: Followed | None) -> Any:
        """The thing; None where the row has none, as that of an outer join may not."""
        key = tuple([values[place] for place in self._key])
        if None in key:
            return None
        identity = (self._identity, key, None)
        there = followed and followed.session.identity_map.get(identity)
        if there is None:
            return self._new(identity, values, followed)
        assert followed is not None
        self._again(instance_state(there), values, followed)
        return there

    def _new(self, identity: Any, values: Sequence[Any], followed: Followed | None) -> Any:
        """As the session does it: a thing that is in the database as it stands; of what was not told it knows that."""
        made = self._manager.new_instance()
        state = instance_state(made)
        state.dict.update([(name, values[place]) for name, place in self._places])
        state.key = identity
        if self._untold:
            state.expired_attributes.update(self._untold)
        if followed is not None:
            state.session_id = followed.session.hash_key
            followed.session.identity_map._add_unpresent(state, identity)  # noqa: SLF001 - as the session does
        return made

    def _again(self, state: InstanceState[Any], values: Sequence[Any], followed: Followed) -> None:
        """One that the session follows stays as it is, but for what was not known of it, or if it is told anew."""
        known = state.dict
        if followed.anew:
            known.update([(name, values[place]) for name, place in self._places])
            state._commit_all(known, followed.session.identity_map)  # noqa: SLF001 - as the session does
        elif fresh := {name: values[place] for name, place in self._places if name not in known}:
            known.update(fresh)
            state._commit(known, fresh)  # noqa: SLF001 - as the session does
