"""The units that measures share."""

from experiments.measures.declaration import Text, Unit

SHARE = Unit(
    "share", Text("%", "%"), 100.0, Text("percentage points", "百分点"), brief=("%", "points")
)
POINTS = Unit("share", Text("percentage points", "百分点"), 100.0)
"""Of a share that is itself a difference between groups."""
INDEX = Unit("index", Text("index", "指数"), brief=("", ""), digits=3)
NATS = Unit("nats", Text("index", "指数"), brief=("", ""), digits=3)
MONTHS = Unit("months", Text("months", "个月"))
KM = Unit("km", Text("km", "公里"), digits=0)
HOSPITALS = Unit("hospitals", Text("hospitals", "家医院"))
LABELS = Unit("labels", Text("labels", "次误诊"))
VISITS = Unit("visits", Text("consultations", "次就诊"))
VISITS_A_YEAR = Unit("visits a year at full scale", Text("consultations a year", "次/年"), digits=0)
PERSONS_A_YEAR = Unit("persons a year at full scale", Text("persons a year", "人/年"), digits=0)
CALENDAR_YEAR = Unit("calendar year", Text("year", "年份"), digits=0)
PERSONS = Unit("persons at full scale", Text("persons", "人"), digits=0)
PATIENT_YEARS = Unit(
    "patient-years a year at full scale", Text("patient-years a year", "患者年/年"), digits=0
)
POOL_YEARS = Unit("pool-years", Text("pool-years", "基金年"), digits=0)
YUAN = Unit("yuan", Text("yuan", "元"), digits=0)
YUAN_A_YEAR = Unit("yuan a year at full scale", Text("yuan a year", "元/年"), digits=0)
YUAN_AT_FULL_SCALE = Unit("yuan at full scale", Text("yuan", "元"), digits=0)
YUAN_PER_HEAD = Unit("yuan per head and year", Text("yuan per head and year", "元/人年"))
YUAN_PER_PATIENT_YEAR = Unit(
    "yuan per patient-year", Text("yuan per patient-year", "元/患者年"), digits=0
)
QALYS = Unit("QALYs", Text("QALYs", "QALY"), digits=2)
QALYS_AT_FULL_SCALE = Unit("QALYs at full scale", Text("QALYs", "QALY"), digits=0)
QALYS_PER_PATIENT = Unit(
    "QALYs per patient", Text("QALYs per patient", "QALY/人"), digits=3,
    small=Unit("QALYs per 1,000 patients", Text("QALYs per 1,000 patients", "QALY/千名患者"),
               1000.0),
)  # fmt: skip
