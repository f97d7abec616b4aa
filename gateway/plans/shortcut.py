"""A field extension that only acts where there is nothing yet, so that a plan need not call it for what is there."""

from strawberry.extensions.field_extension import FieldExtension


class Shortcut(FieldExtension):
    """Base of extensions of plain fields that pass on whatever the attribute holds, unless that is None."""
