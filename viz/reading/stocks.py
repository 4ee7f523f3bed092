"""What the page shows of a month beside the measures of a run: each declared once, like those."""

from experiments.measures import At, Listed, Place, Text
from experiments.measures.units import SHARE, YUAN

UNDIAGNOSED_SHARE = Listed(
    "undiagnosed",
    label=Text("Living patients without a diagnosis", "在世患者中未确诊的比例"),
    short=Text("Undiagnosed", "未确诊"),
    unit=SHARE,
    better="lower",
    shown=(
        At(Place.CARDS, 1),
        At(Place.MAPS, 1, digits=0),
        At(Place.EQUIPLOTS, 1, Text("Undiagnosed", "未确诊")),
    ),
)
RATIONED = Listed(
    "rationed",
    label=Text("Claims refused by funds short of money", "基金缺钱而拒付的金额"),
    short=Text("Claims refused", "拒付的金额"),
    unit=YUAN,
    better="lower",
    shown=(At(Place.CARDS, 8),),
)
STOCKS = (UNDIAGNOSED_SHARE, RATIONED)
