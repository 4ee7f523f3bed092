"""What the world keeps of a foundation."""

from agents.core.record import Record, index, real


class CharityRow(Record):
    """A foundation."""

    budget = real("yuan/year", "donations raised a year")
    left = real("yuan", "left of this year's budget")
    granted = real("yuan", "granted this year")
    grants = real("", "grants this year")
    province = index("", "only for patients of this province, -1 for those of any")
    city = index("", "only for patients of this city, -1 for those of any")
