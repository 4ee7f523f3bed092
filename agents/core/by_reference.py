"""Handing a named tuple of arrays to compiled rules as one address.

The state of a world is some twenty arrays of seven words each. By value, every call of a rule
unpacks and packs all of them, and much of the time that it takes to compile a rule goes into that.
Where Python calls a phase the tuple is laid down once, and rules get its address; they read
`state.patients`, compiled or not.
"""

from hashlib import sha256
from typing import Any, TypeVar

from numba import typeof
from numba.core import cgutils, types
from numba.core.imputils import impl_ret_borrowed
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)

C = TypeVar("C", bound=type)


class Reference(types.Type):
    """The address of a named tuple that nobody changes while it is held.

    Args:
        target: Type of the tuple.
    """

    def __init__(self, target: types.NamedTuple):
        self.target = target
        name = sha256(str(target).encode()).hexdigest()[:12]
        super().__init__(name=f"Reference[{target.instance_class.__name__}.{name}]")

    @property
    def key(self) -> types.NamedTuple:
        """What makes two of them the same type."""
        return self.target


def by_reference(kind: C) -> C:
    """Let compiled rules take tuples of a class by reference; a decorator of the class."""

    @typeof_impl.register(kind)
    def _(value: Any, _: Any) -> Reference:
        return Reference(types.NamedTuple([typeof(member) for member in value], kind))

    return kind


@register_model(Reference)
class _Address(models.PrimitiveModel):
    """An address is one word."""

    def __init__(self, manager: Any, kind: Reference):
        super().__init__(manager, kind, manager[kind.target].get_value_type().as_pointer())


@unbox(Reference)
def _lay_down(kind: Reference, value: Any, context: Any) -> NativeValue:
    """Put the tuple where it stays until the call from Python ends."""
    native = context.unbox(kind.target, value)
    address = cgutils.alloca_once_value(context.builder, native.value)
    return NativeValue(address, is_error=native.is_error, cleanup=native.cleanup)


@infer_getattr
class _Attributes(AttributeTemplate):
    """An attribute has the type that it has in the tuple."""

    key = Reference

    def generic_resolve(self, kind: Reference, name: str) -> types.Type | None:
        fields = kind.target.fields
        return kind.target[fields.index(name)] if name in fields else None


@lower_getattr_generic(Reference)
def _read(context: Any, builder: Any, kind: Reference, address: Any, name: str) -> Any:
    place = kind.target.fields.index(name)
    value = builder.load(cgutils.gep_inbounds(builder, address, 0, place))
    return impl_ret_borrowed(context, builder, kind.target[place], value)
