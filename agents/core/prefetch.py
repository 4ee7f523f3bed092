"""Asking for a row's memory before its turn comes.

Of millions of patients a month visits some, here and there; fetching a row from memory takes as
long as a quarter of what is done with it. A loop that says which row it will need a few turns later
does not wait. Nothing else depends on it.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils, config
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

AHEAD = 6
"""How many turns ahead a loop asks for a row."""
LINE = 64
"""Bytes that a processor fetches at a time."""


def _of_compiled(typing: Any, rows: Any, i: Any) -> Any:
    """Return how numba compiles `prefetch`: one hint to the processor for each line of the row."""

    def generate(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
        array = make_array(rows)(context, builder, arguments[0])
        word = context.get_value_type(types.intp)
        number = context.cast(builder, arguments[1], i, types.intp)
        byte, int32 = ir.IntType(8).as_pointer(), ir.IntType(32)
        hint = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), [byte, int32, int32, int32]),
            "llvm.prefetch.p0i8",
        )
        start = builder.add(builder.ptrtoint(array.data, word), builder.mul(number, array.itemsize))
        for line in range(0, rows.dtype.size, LINE):
            address = builder.inttoptr(builder.add(start, word(line)), byte)
            builder.call(hint, [address, int32(0), int32(3), int32(1)])
        return context.get_dummy_value()

    return types.void(rows, types.intp), generate


def _nothing(rows: Any, i: int) -> None:
    """Interpreted rules have nothing to ask for."""


prefetch = _nothing if config.DISABLE_JIT else intrinsic(_of_compiled)
"""Ask for row `i` of some `rows`; there need not be one."""
