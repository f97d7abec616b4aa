"""Strawberry's stages of an operation around its extensions, with their hooks looked at once for a class, not at every request."""

from collections.abc import Callable
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from inspect import isasyncgenfunction, isgeneratorfunction
from types import MethodType
from typing import Any

from strawberry.extensions import SchemaExtension
from strawberry.extensions.context import (
    ExecutingContextManager,
    ExtensionContextManagerBase,
    OperationContextManager,
    ParsingContextManager,
    ValidationContextManager,
    WrappedHook,
)
from strawberry.extensions.runner import SchemaExtensionsRunner


@cache
def _managed(hook: Callable[..., Any]) -> tuple[Callable[..., Any], bool] | None:
    """A hook as what is entered and left, and whether asynchronously; None: it is neither kind of generator."""
    if isgeneratorfunction(hook):
        return contextmanager(hook), False
    return (asynccontextmanager(hook), True) if isasyncgenfunction(hook) else None


class _Known(ExtensionContextManagerBase):
    """A stage that remembers hooks."""

    def get_hook(self, extension: SchemaExtension) -> WrappedHook | None:
        """The hook of an extension in this stage, as Strawberry makes it anew each time."""
        hook = getattr(type(extension), self.HOOK_NAME)
        if hook is self.default_hook:
            return None
        if (known := _managed(hook)) is None:
            return super().get_hook(extension)
        managed, is_async = known
        return WrappedHook(extension, MethodType(managed, extension), is_async)


class _Operation(_Known, OperationContextManager):
    pass


class _Parsing(_Known, ParsingContextManager):
    pass


class _Validation(_Known, ValidationContextManager):
    pass


class _Executing(_Known, ExecutingContextManager):
    pass


class Runner(SchemaExtensionsRunner):
    """Strawberry's runner of extensions, with these stages."""

    def operation(self) -> OperationContextManager:
        """Around all of it."""
        return _Operation(self.extensions)

    def parsing(self) -> ParsingContextManager:
        """While the document is read."""
        return _Parsing(self.extensions)

    def validation(self) -> ValidationContextManager:
        """While it is found valid, or not."""
        return _Validation(self.extensions)

    def executing(self) -> ExecutingContextManager:
        """While it is carried out."""
        return _Executing(self.extensions)
