"""What stands behind the (i): of an indicator from its declaration, of a chart, of a lever."""

from abm.policy import Policy
from abm.policy.diff import record
from abm.policy.paths import lever_info
from experiments.measures import Listed, Unit, defined
from viz.i18n.levers import expected, lever_about, lever_unit
from viz.i18n.texts import Texts


def of_indicator(one: Listed, unit: Unit, texts: Texts) -> list[str]:
    """Return definition, unit, who counts, which way is better, and where it comes from.

    Args:
        one: The indicator.
        unit: Its unit where it is shown.
        texts: Texts of the language.
    """
    found = defined(one.name)
    lines = [texts.pick(*found.text)] if found else [texts.pick(*one.label)]
    lines.append(texts("explain.unit", unit=texts.pick(*unit.text)))
    if found:
        lines.append(texts("explain.who", who=texts.pick(*found.who)))
    lines += [texts(f"explain.{one.better}"), texts("explain.tag", name=one.name)]
    if found and found.source:
        lines.append(texts("explain.method", source=found.source))
    return lines


def of_chart(draw: str, key: str, texts: Texts) -> list[str]:
    """Return what a chart shows and where it comes from; nothing where nobody has said it.

    Args:
        draw: Name of the function that draws it.
        key: Which of its charts.
        texts: Texts of the language.
    """
    found = next((name for name in (f"about.{draw}.{key}", f"about.{draw}") if name in texts), "")
    return [texts(found), texts("explain.chart")] if found else []


def of_lever(path: str, policy: Policy | None, texts: Texts) -> list[str]:
    """Return what a lever means, its unit, what it takes, and the source of its value in a policy.

    Args:
        path: The lever.
        policy: The policy that is edited, or None.
        texts: Texts of the language.
    """
    info = lever_info(path)
    lines = [lever_about(path, texts), texts("explain.lever", expected=expected(info, texts))]
    if info.unit:
        lines.append(texts("explain.lever_unit", unit=lever_unit(info, texts)))
    sources = [one for one in record(policy.timeline) if one.path == path] if policy else []
    told = [texts("explain.source", when=one.when, source=one.source)
            for one in sources if one.source]  # fmt: skip
    return lines + (told or [texts("explain.default")])
