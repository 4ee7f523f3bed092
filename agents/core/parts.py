"""Compiling rules that become part of others, without making machine code of each.

numba optimises every function and makes machine code of it before it is compiled into its callers,
which optimise it once more. Rules are never called but from compiled rules: they are kept as what
numba links into their callers, and the phases alone become machine code.

numba also compiles a function once more for every width of a number that it is called with: a month
from a record has two bytes, a month of the clock eight, a 0 in the source is a type of its own. A
rule says what it takes, an int, a float or a bool, and is compiled for that alone.
"""

from inspect import signature
from typing import Any

from numba import _dynfunc, types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering


class _Part(JITCodeLibrary):
    """What is compiled of one rule, to be linked into others."""

    def finalize(self) -> None:
        """Put what this rule calls beside it; the rest is done where all of it is called."""
        for library in dict.fromkeys(self._linking_libraries):
            self._reload_init.update(library._reload_init)
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class _LoweringOfPart(NativeLowering):
    """Lower a rule into a part."""

    _name = "lowering_of_part"

    def run_pass(self, state: Any) -> bool:
        """Leave in `state.cr` what callers need; Python has nothing that it could call."""
        name = state.func_id.func_qualname
        state.library = _Part(state.targetctx.codegen(), name)
        state.library.enable_object_caching()
        state.flags.no_compile = True
        super().run_pass(state)
        made = state.cr
        part = _dynfunc.make_function(
            made.fndesc.lookup_module(), name, "part of others", 0, made.env, (state.library,)
        )
        state.targetctx.insert_user_function(part, made.fndesc, [state.library])
        state.cr = made._replace(cfunc=part)
        return True


class PartCompiler(CompilerBase):
    """numba's compiler, but for its last step."""

    def define_pipelines(self) -> list[Any]:
        """Return numba's usual passes with that step exchanged."""
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.passes = [
            (_LoweringOfPart if made is NativeLowering else made, why)
            for made, why in passes.passes
        ]
        passes.finalize()
        return [passes]


_DECLARED = {int: types.int64, float: types.float64, bool: types.boolean}
_TAKES = {
    types.int64: types.Integer | types.IntEnumMember,
    types.float64: types.Integer | types.Float,
    types.boolean: types.Boolean,
}


def of_declared_types(compiled: Any) -> Any:
    """Let a rule be compiled for numbers as its annotations declare them, whatever their width.

    Args:
        compiled: What `numba.njit` has returned, nothing of it compiled yet.

    Returns:
        The same; its callers widen what they hand over.
    """
    declared = [
        _DECLARED.get(parameter.annotation)
        for parameter in signature(compiled.py_func).parameters.values()
    ]
    template_for = compiled.get_call_template

    def widened(args: tuple[Any, ...], kws: dict[str, Any]) -> Any:
        _, given = compiled.fold_argument_types(args, kws)
        return template_for(tuple(map(_widened, given, declared)), {})

    compiled.get_call_template = widened
    return compiled


def _widened(given: Any, declared: Any) -> Any:
    """Return the type as which an argument is handed over."""
    if declared is None or not isinstance(types.unliteral(given), _TAKES[declared]):
        return given
    return declared
