"""What a run is judged by: each measure declared once, with its names, its unit and its places.

Time without a diagnosis is that of people who fall ill in the scenario, as they live it: diagnosis
and death end it, and whoever is undiagnosed at the horizon is censored, never dropped. What is told
"as if nobody died before it" censors the dead too. Incomes are ranked per head in fifths, gaps and
indices alike, or by household, if a run asks for it. Numbers told "among those diagnosed" look at
different people under different policies: one that finds the long-delayed seems the worse for it,
so read them beside the time to diagnosis. Money and counts "at full scale" are those of the real
population.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache

import numpy as np

from abm.model import MOST_YEARS
from agents.codes import Bearer, Payer
from experiments.measures import indicators as of
from experiments.measures.budget import budget
from experiments.measures.curves import curves
from experiments.measures.declaration import (
    ALL,
    ILL,
    MONEY,
    PLACES,
    POOLS,
    At,
    Better,
    Listed,
    Measure,
    Place,
    Text,
    Unit,
)
from experiments.measures.estimators import (
    account,
    added,
    column,
    less,
    mean,
    of_years,
    payers,
    per_head,
    plus,
    pools,
    pools_share,
    ratio,
    search,
    single,
    stock_over_flow,
    total,
)
from experiments.measures.network import network
from experiments.measures.quantiles import quantiles
from experiments.measures.running_dry import running_dry
from experiments.measures.units import (
    HOSPITALS,
    INDEX,
    KM,
    LABELS,
    MONTHS,
    NATS,
    PATIENT_YEARS,
    PERSONS,
    POINTS,
    POOL_YEARS,
    QALYS,
    QALYS_AT_FULL_SCALE,
    QALYS_PER_PATIENT,
    SHARE,
    YUAN_A_YEAR,
    YUAN_AT_FULL_SCALE,
    YUAN_PER_HEAD,
    YUAN_PER_PATIENT_YEAR,
)

PAYERS = (Bearer.SOCIAL.label, Bearer.COMMERCIAL.label)
HOUSEHOLDS = (Bearer.HOUSEHOLDS.label, Bearer.CARERS.label)
PERSPECTIVES: tuple[tuple[str, str, str, Better, tuple[str, ...]], ...] = (
    ("payers", "payers", "支付方", "neither", PAYERS),
    ("households", "households, carers' lost income included", "家庭（含照护者收入损失）", "lower",
     HOUSEHOLDS),
    ("society", "society", "全社会", "neither", (*PAYERS, *HOUSEHOLDS, Bearer.GIVERS.label)),
)  # fmt: skip
"""Whose costs are told: name, in both languages, which direction is better, who bears them."""

LOOK_AHEAD = 5
"""Years after onset that measures of diagnosis look ahead; fewer in shorter scenarios."""

Section = Callable[[int], Iterator[Measure]]
"""Gives the measures of a scenario of so many years."""


def measures(years: int = MOST_YEARS) -> tuple[Measure, ...]:
    """Return the measures of a scenario of so many years, in the order of `summary.csv`.

    The longest scenario has them all; a shorter one lacks those that look further than it lasts.
    """
    return _declared(years, SECTIONS)


def measure_named(name: str) -> Measure:
    """Return the measure of a name."""
    return next(one for one in measures() if one.name == name)


def listed(
    place: Place, years: int = MOST_YEARS, besides: Iterable[Listed] = ()
) -> tuple[Listed, ...]:
    """Return what is listed at a place, in its order.

    Args:
        place: The place.
        years: Length of the scenario.
        besides: What may be listed there beside the measures.
    """
    found = [one for one in (*measures(years), *besides) if one.is_at(place)]
    return tuple(sorted(found, key=lambda one: one.at(place).position))


def described(name: str, label: str, unit: str, better: Better) -> Listed:
    """Return a measure as a table of results describes it; other versions may know other ones.

    Args:
        name: Name of the measure.
        label: Its English label there.
        unit: Name of its unit there.
        better: Which direction is better there.
    """
    known = {one.name: one for one in measures()}.get(name)
    units = {one.unit.name: one.unit for one in measures()}
    text = _labels(SECTIONS).get((name, label), Text(label, label))
    return Listed(
        name, label=text, short=known.short if known else text, better=better,
        unit=units.get(unit) or Unit.plain(unit),
    )  # fmt: skip


@cache
def _labels(sections: tuple[Section, ...]) -> dict[tuple[str, str], Text]:
    """Return the labels of all measures in scenarios of all lengths, by name and English label."""
    lengths = (*range(1, LOOK_AHEAD), MOST_YEARS)
    declared = (one for years in lengths for one in _declared(years, sections))
    return {(one.name, one.label.en): one.label for one in declared}


@cache
def _declared(years: int, sections: tuple[Section, ...]) -> tuple[Measure, ...]:
    found = tuple(one for section in sections for one in section(years))
    names = [one.name for one in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"measures: expected each name once, got twice: {', '.join(twice)}")
    return found


def diagnosis(years: int) -> Iterator[Measure]:
    """Yield how soon, where and with how many errors people are diagnosed."""
    horizon = min(LOOK_AHEAD, years)
    yield Measure(
        "time_undiagnosed",
        label=Text(f"Time lived without a diagnosis in the first {_count(horizon)} after onset",
                   f"发病后头{horizon}年内存活而未确诊的时间"),
        short=Text("Time without a diagnosis", "未确诊的时间"),
        unit=MONTHS, better="lower", by=ILL, estimator=search(of.lived_undiagnosed(12 * horizon)),
        shown=(
            Place.OVERVIEW, Place.FOR_WHOM, Place.JUDGED_BY, Place.BY_PROVINCE, Place.PATIENTS,
            Place.CHANCES, Place.REPORT_GROUPS, Place.REPORT_MAPS,
            At(Place.CARDS, 2,
               Text("Time lived without a diagnosis in the first {n:month|months} after onset",
                    "发病后头{n}个月内存活而未确诊的时间")),
            At(Place.MAPS, 2),
        ),
    )  # fmt: skip
    yield Measure(
        "time_undiagnosed_net",
        label=Text(f"Time to diagnosis in the first {_count(horizon)} after onset, as if nobody "
                   "died before it", f"发病后头{horizon}年内到确诊的时间（假设确诊前无人死亡）"),
        short=Text("Time to diagnosis, net of death", "到确诊的净时间"),
        unit=MONTHS, better="lower", estimator=search(of.restricted_mean(12 * horizon)),
    )  # fmt: skip
    yield Measure(
        "median_delay",
        label=Text("Median time from onset to diagnosis, as if nobody died before it",
                   "从发病到确诊时间的中位数（假设确诊前无人死亡）"),
        short=Text("Median time to diagnosis", "确诊时间的中位数"),
        unit=MONTHS, better="lower", by=ILL, estimator=search(of.median),
    )  # fmt: skip
    yield Measure(
        "diagnosed_within_1y",
        label=Text("Diagnosed within a year of onset", "发病一年内确诊的比例"),
        short=Text("Diagnosed within a year", "一年内确诊"),
        unit=SHARE, better="higher", by=ILL, estimator=search(of.incidence(12)),
        shown=(Place.OVERVIEW, Place.PATIENTS),
    )  # fmt: skip
    if years >= 5:
        yield Measure(
            "diagnosed_within_5y",
            label=Text("Diagnosed within 5 years of onset", "发病五年内确诊的比例"),
            short=Text("Diagnosed within five years", "五年内确诊"),
            unit=SHARE, better="higher", by=ILL, estimator=search(of.incidence(60)),
            shown=(Place.OVERVIEW, Place.PATIENTS, Place.CHANCES),
        )  # fmt: skip
    yield Measure(
        "backlog_diagnosed",
        label=Text("Diagnosed among those ill and undiagnosed at the start",
                   "起始时已患病而未确诊者中后来确诊的比例"),
        short=Text("Undiagnosed at the start found", "起始时积压患者的确诊"),
        unit=SHARE, better="higher", estimator=mean(of.found, of.backlog),
    )  # fmt: skip
    yield Measure(
        "hospitals_before",
        label=Text("Hospitals seen before diagnosis", "确诊前就诊的医院数"),
        short=Text("Hospitals before diagnosis", "确诊前就诊医院数"),
        unit=HOSPITALS, better="lower", by=ILL, estimator=mean(column("hospitals_seen"), of.found),
    )  # fmt: skip
    yield Measure(
        "misdiagnoses_before",
        label=Text("Wrong labels before diagnosis", "确诊前被误诊的次数"),
        short=Text("Wrong labels before diagnosis", "确诊前误诊次数"),
        unit=LABELS, better="lower", by=ILL, estimator=mean(column("misdiagnoses"), of.found),
    )  # fmt: skip
    yield Measure(
        "diagnosed_away_city",
        label=Text("Diagnosed outside the home city", "在外市确诊的比例"),
        short=Text("Diagnosed outside the city", "外市确诊"),
        unit=SHARE, better="lower", estimator=mean(of.elsewhere("city"), of.found),
    )  # fmt: skip
    yield Measure(
        "diagnosed_away_province",
        label=Text("Diagnosed outside the home province", "在外省确诊的比例"),
        short=Text("Diagnosed outside the province", "外省确诊"),
        unit=SHARE, better="lower", by=ILL, estimator=mean(of.elsewhere("province"), of.found),
        shown=(Place.OVERVIEW, Place.PATIENTS),
    )  # fmt: skip
    yield Measure(
        "diagnosis_km",
        label=Text("Way from home to the place of diagnosis", "从家到确诊地的路程"),
        short=Text("Way to the diagnosis", "确诊路程"),
        unit=KM, better="lower",
        estimator=mean(lambda run: np.nan_to_num(run["diagnosis_km"]), of.found),
    )  # fmt: skip
    yield Measure(
        "mean_wait",
        label=Text("Wait for a consultation", "候诊时间"),
        short=Text("Wait for a consultation", "候诊时间"),
        unit=MONTHS, better="lower", estimator=stock_over_flow("waiting", "visits"), by=PLACES,
        shown=(Place.OVERVIEW, Place.PATIENTS, At(Place.MAPS, 3, digits=2)),
    )  # fmt: skip
    yield Measure(
        "registered",
        label=Text("Registered among those diagnosed", "已确诊者中登记的比例"),
        short=Text("Registered", "已登记"),
        unit=SHARE, better="higher",
        estimator=mean(of.happened("registered"), of.happened("diagnosed")),
        shown=(Place.OVERVIEW, Place.PATIENTS),
    )  # fmt: skip
    yield Measure(
        "reported",
        label=Text("Reported directly among those diagnosed", "已确诊者中直报的比例"),
        short=Text("Reported directly", "已直报"),
        unit=SHARE, better="higher",
        estimator=mean(of.happened("reported"), of.happened("diagnosed")),
    )  # fmt: skip
    yield Measure(
        "researched",
        label=Text("In the research registry among those diagnosed",
                   "已确诊者中进入研究登记的比例"),
        short=Text("In the research registry", "研究登记"),
        unit=SHARE, better="neither",
        estimator=mean(of.happened("researched"), of.happened("diagnosed")),
    )  # fmt: skip


def treatment(years: int) -> Iterator[Measure]:
    """Yield who is treated."""
    yield Measure(
        "treated",
        label=Text("Ever treated among those with a drug on the market",
                   "有上市药物者中曾获治疗的比例"),
        short=Text("Ever treated", "曾获治疗"), in_sentence="treated",
        unit=SHARE, better="higher", by=ILL, estimator=mean(of.happened("treated"), of.treatable),
        shown=(
            Place.OVERVIEW, Place.FOR_WHOM, Place.JUDGED_BY, Place.BY_PROVINCE, Place.PATIENTS,
            Place.CHANCES, Place.REPORT_GROUPS, Place.REPORT_MAPS, Place.REPORT_PROVINCES,
            At(Place.CARDS, 3), At(Place.MAPS, 4, digits=0),
            At(Place.EQUIPLOTS, 2, Text("Treated", "曾获治疗")),
        ),
    )  # fmt: skip
    yield Measure(
        "on_treatment",
        label=Text("On treatment at the end among those alive with a drug on the market",
                   "有上市药物的在世者中期末在治的比例"),
        short=Text("On treatment at the end", "期末在治"),
        unit=SHARE, better="higher",
        by=ILL, estimator=mean(of.on_treatment, lambda run: of.treatable(run) & of.alive(run)),
        shown=(Place.OVERVIEW, Place.PATIENTS),
    )  # fmt: skip
    yield Measure(
        "time_treated",
        label=Text("Time on treatment, of the time lived ill with a drug on the market",
                   "患病且有上市药物期间的在治时间比例"),
        short=Text("Time on treatment", "在治时间"),
        unit=SHARE, better="higher",
        by=ILL, estimator=ratio(column("treated_months"), column("eligible_months")),
        shown=(Place.OVERVIEW, Place.PATIENTS, Place.CHANCES),
    )  # fmt: skip


def burden(years: int) -> Iterator[Measure]:
    """Yield what households pay, and what it does to them."""
    yield Measure(
        "out_of_pocket_share",
        label=Text("Paid by the household (donated vials left out)", "家庭自付的比例（不计赠药）"),
        short=Text("Share paid by households", "家庭自付比例"), in_sentence="paid by the household",
        unit=SHARE, better="lower",
        by=ILL,
        estimator=ratio(column("paid_household"), lambda run: run["billed"] - run["paid_donation"]),
        shown=(
            Place.OVERVIEW, Place.FOR_WHOM, Place.JUDGED_BY, Place.BY_PROVINCE, Place.PATIENTS,
            Place.CHANCES, Place.REPORT_GROUPS, Place.REPORT_MAPS,
            At(Place.CARDS, 6, Text("Share of bills paid by households", "家庭自付占账单的比例")),
            At(Place.EQUIPLOTS, 4, Text("Paid by household", "家庭自付")),
        ),
    )  # fmt: skip
    yield Measure(
        "out_of_pocket",
        label=Text("Paid by the household for care", "家庭自付的医疗费用"),
        short=Text("Paid by households", "家庭自付金额"),
        unit=YUAN_PER_PATIENT_YEAR, better="lower",
        by=ILL, estimator=ratio(column("paid_household"), of.patient_years),
        shown=(Place.OVERVIEW, Place.PATIENTS, At(Place.MAPS, 6)),
    )  # fmt: skip
    yield Measure(
        "catastrophic",
        label=Text("Years with catastrophic spending: above a share of capacity to pay (WHO: 40 %)",
                   "灾难性支出年份的比例：超过支付能力的一定比例（世卫组织：40%）"),
        short=Text("Years with catastrophic spending", "灾难性支出年份"),
        unit=SHARE, better="lower", by=ILL, estimator=of_years("catastrophic_years"),
        shown=(
            Place.OVERVIEW, Place.JUDGED_BY, Place.PATIENTS, Place.CHANCES,
            At(Place.CARDS, 5), At(Place.MAPS, 5, digits=0),
            At(Place.EQUIPLOTS, 3, Text("Catastrophic years", "灾难性支出年")),
        ),
    )  # fmt: skip
    yield Measure(
        "impoverished",
        label=Text("Years made poor by spending", "因病致贫年份的比例"),
        short=Text("Years made poor by spending", "因病致贫年份"),
        unit=SHARE, better="lower", estimator=of_years("impoverished_years"),
        shown=(Place.OVERVIEW, Place.PATIENTS),
    )  # fmt: skip
    yield Measure(
        "burdened",
        label=Text("Years in which care, trips and carers' lost income took more than 40 % of "
                   "capacity to pay", "诊疗、出行和照护者收入损失超过支付能力40%的年份的比例"),
        short=Text("Years of an excessive burden", "负担过重的年份"),
        in_sentence="years of an excessive burden, carers' lost income counted",
        unit=SHARE, better="lower", estimator=of_years("burdened_years"),
        shown=(Place.OVERVIEW, Place.PATIENTS),
    )  # fmt: skip
    yield Measure(
        "large_spending",
        label=Text("Years with spending above 10 % of income (SDG 3.8.2 of 2015)",
                   "支出超过收入10%的年份的比例（2015年SDG 3.8.2）"),
        short=Text("Spending above 10 % of income", "支出超过收入10%"),
        unit=SHARE, better="lower", estimator=of_years("large_years"),
    )  # fmt: skip
    yield Measure(
        "very_large_spending",
        label=Text("Years with spending above 25 % of income (SDG 3.8.2 of 2015)",
                   "支出超过收入25%的年份的比例（2015年SDG 3.8.2）"),
        short=Text("Spending above 25 % of income", "支出超过收入25%"),
        unit=SHARE, better="lower", estimator=of_years("very_large_years"),
    )  # fmt: skip
    yield Measure(
        "hardship",
        label=Text("Years of financial hardship: spending above 40 % of the discretionary budget "
                   "(SDG 3.8.2 of 2025)",
                   "经济困难年份的比例：支出超过可自由支配预算的40%（2025年SDG 3.8.2）"),
        short=Text("Years of financial hardship", "经济困难年份"),
        unit=SHARE, better="lower", estimator=of_years("hardship_years"),
        shown=(Place.OVERVIEW, Place.PATIENTS),
    )  # fmt: skip
    yield Measure(
        "hardship_impoverishing",
        label=Text("Of these, spending beyond the whole of it: into poverty or further into it",
                   "其中支出超过全部可支配预算而致贫或加深贫困"),
        short=Text("Hardship: impoverishing", "经济困难：致贫"),
        unit=SHARE, better="lower", estimator=of_years("beyond_means_years"),
    )  # fmt: skip
    yield Measure(
        "hardship_large",
        label=Text("Of these, large spending within it", "其中支出较大而未超过全部预算"),
        short=Text("Hardship: large spending", "经济困难：大额支出"),
        unit=SHARE, better="lower",
        estimator=less(of_years("hardship_years"), of_years("beyond_means_years")),
    )  # fmt: skip
    yield Measure(
        "forgone",
        label=Text("Time without a drug at hand because of what it costs, of the time lived ill "
                   "with one on the market", "患病且有上市药物期间因费用而未用药的时间比例"),
        short=Text("Care forgone because of its cost", "因费用放弃治疗"),
        unit=SHARE, better="lower",
        by=ILL, estimator=ratio(column("forgone_months"), column("eligible_months")),
        shown=(Place.OVERVIEW, Place.JUDGED_BY, Place.PATIENTS, Place.CHANCES,
               Place.REPORT_GROUPS),
    )  # fmt: skip
    yield Measure(
        "supportive_forgone",
        label=Text("Older and supportive treatment gone without for want of means, of what is "
                   "needed", "因经济能力不足而放弃的常规与支持治疗占所需的比例"),
        short=Text("Supportive care forgone for its cost", "因费用放弃的支持治疗"),
        unit=SHARE, better="lower",
        estimator=ratio(column("supportive_forgone"),
                        added("supportive_forgone", "supportive_billed")),
        shown=(Place.OVERVIEW, Place.PATIENTS, Place.REPORT_GROUPS),
    )  # fmt: skip


def health(years: int) -> Iterator[Measure]:
    """Yield how long and how well patients live."""
    yield Measure(
        "qalys",
        label=Text("Quality-adjusted life years, with the rest of life as it stands",
                   "质量调整生命年（含按现状计的余生）"),
        short=Text("Quality-adjusted life years", "质量调整生命年"),
        unit=QALYS_PER_PATIENT, better="higher", by=ILL, estimator=mean(column("qalys")),
        shown=(
            Place.OVERVIEW, Place.FOR_WHOM, Place.JUDGED_BY, Place.PATIENTS, Place.CHANCES,
            Place.REPORT_GROUPS,
            At(Place.CARDS, 7,
               Text("Quality-adjusted life years, discounted, the rest of life as it stands",
                    "质量调整生命年（贴现，余生按现状计）")),
            At(Place.MAPS, 7, Text("Quality-adjusted life years, discounted",
                                   "质量调整生命年（贴现）"), digits=2),
        ),
    )  # fmt: skip
    yield Measure(
        "qalys_scenario",
        label=Text("Quality-adjusted life years within the scenario", "情景期内的质量调整生命年"),
        short=Text("Quality-adjusted life years within the scenario", "情景期内的质量调整生命年"),
        in_sentence="quality-adjusted life years within the scenario",
        unit=QALYS_PER_PATIENT, better="higher", by=ILL, estimator=mean(column("qalys_lived")),
        shown=(Place.OVERVIEW, Place.PATIENTS),
    )  # fmt: skip
    yield Measure(
        "deaths",
        label=Text("Deaths", "死亡人数"), short=Text("Deaths", "死亡"),
        unit=PERSONS, better="lower", by=ILL, estimator=total(lambda run: ~of.alive(run)),
        shown=(Place.OVERVIEW, Place.PATIENTS),
    )  # fmt: skip


def others(years: int) -> Iterator[Measure]:
    """Yield what it costs, and whom."""
    contributed = account("financing", "contributed", yearly=True)
    displaced = account("financing", "qalys_displaced")
    displaced_for_life = plus(displaced, account("financing", "qalys_displaced_after"))
    yield Measure(
        "spending",
        label=Text("Spending on rare diseases", "罕见病总支出"),
        short=Text("Spending on rare diseases", "罕见病总支出"),
        unit=YUAN_A_YEAR, better="neither",
        estimator=total(column("billed"), yearly=True), by=MONEY,
        shown=(Place.OVERVIEW, Place.SOCIETY),
    )  # fmt: skip
    yield Measure(
        "paid",
        label=Text("Spending by payer", "按支付方的支出"), short=Text("Spending", "支出"),
        unit=YUAN_A_YEAR, better="neither", estimator=payers(Payer.names()), by=("payer",),
    )  # fmt: skip
    yield Measure(
        "contributed",
        label=Text("Taken from all insured people for rare diseases",
                   "为罕见病向全体参保人筹集的资金"),
        short=Text("Taken from all insured", "向全体参保人筹资"),
        unit=YUAN_A_YEAR, better="lower", estimator=contributed, by=MONEY,
        shown=(Place.OVERVIEW,),
    )  # fmt: skip
    yield Measure(
        "contributed_per_head",
        label=Text("Taken from all insured people for rare diseases",
                   "为罕见病向全体参保人筹集的资金（居民人均）"),
        short=Text("Taken per inhabitant", "居民人均筹资"), in_sentence="taken from all insured",
        unit=YUAN_PER_HEAD, better="lower", estimator=per_head(contributed), by=MONEY,
        shown=(Place.FOR_WHOM, Place.OTHERS_JUDGED_BY, Place.SOCIETY, Place.CHANCES),
    )  # fmt: skip
    yield Measure(
        "fiscal",
        label=Text("Fiscal money for the special fund and for programmes, as taxes fall",
                   "用于专项基金和项目的财政资金（按税负归属）"),
        short=Text("Fiscal money", "财政资金"),
        unit=YUAN_A_YEAR, better="lower",
        estimator=account("financing", "fiscal", yearly=True), by=MONEY,
    )  # fmt: skip
    yield Measure(
        "donated",
        label=Text("Donations to the special fund", "专项基金获得的捐赠"),
        short=Text("Donations to the fund", "基金捐赠"),
        unit=YUAN_A_YEAR, better="neither",
        estimator=account("financing", "donated", yearly=True), by=MONEY,
    )  # fmt: skip
    yield Measure(
        "premiums_raised",
        label=Text("By how much premiums have risen where pools ran short, for all their care",
                   "统筹基金不足时上调的保费（用于其全部支出）"),
        short=Text("Premiums raised", "上调的保费"),
        unit=YUAN_A_YEAR, better="lower",
        estimator=account("financing", "premiums_raised", yearly=True), by=MONEY,
    )  # fmt: skip
    yield Measure(
        "displaced_qalys",
        label=Text("Health displaced among other insured people, care for patients' rest of life "
                   "paid for", "其他参保人被挤占的健康（含患者余生的治疗费用）"),
        short=Text("Health displaced among others", "其他参保人被挤占的健康"),
        unit=QALYS_AT_FULL_SCALE, better="lower", estimator=displaced_for_life, by=MONEY,
        shown=(
            Place.SOCIETY,
            At(Place.CARDS, 9,
               Text("Health displaced among other insured people (assumed cost per QALY)",
                    "其他参保人被挤占的健康（每QALY成本为假设）")),
        ),
    )  # fmt: skip
    yield Measure(
        "displaced_qalys_scenario",
        label=Text("Health displaced among other insured people within the scenario",
                   "情景期内其他参保人被挤占的健康"),
        short=Text("Health displaced within the scenario", "情景期内被挤占的健康"),
        unit=QALYS_AT_FULL_SCALE, better="lower", estimator=displaced, by=MONEY,
    )  # fmt: skip
    yield Measure(
        "net_qalys",
        label=Text("Patients' QALYs less those displaced among other insured people, both for "
                   "patients' whole lives",
                   "患者的QALY减去其他参保人被挤占的QALY（均按患者终生计）"),
        short=Text("Patients' gain less displaced", "净质量调整生命年"),
        unit=QALYS_AT_FULL_SCALE, better="higher",
        estimator=less(total(column("qalys")), displaced_for_life), by=MONEY,
        shown=(Place.OVERVIEW, Place.SOCIETY, Place.CHANCES),
    )  # fmt: skip
    yield Measure(
        "net_qalys_scenario",
        label=Text("Patients' QALYs less those displaced among other insured people, both within "
                   "the scenario", "患者的QALY减去其他参保人被挤占的QALY（均限于情景期内）"),
        short=Text("Patients' gain less displaced within the scenario", "情景期内净质量调整生命年"),
        unit=QALYS_AT_FULL_SCALE, better="higher",
        estimator=less(total(column("qalys_lived")), displaced), by=MONEY,
        shown=(Place.OVERVIEW, Place.SOCIETY),
    )  # fmt: skip
    for name, who, zh, better, bearers in PERSPECTIVES:
        now = plus(*(account("costs", bearer) for bearer in bearers))
        later = plus(*(total(column(f"{bearer}_after")) for bearer in bearers))
        yield Measure(
            f"cost_{name}",
            label=Text(f"Cost to {who} within the scenario, discounted",
                       f"情景期内{zh}承担的成本（贴现）"),
            short=Text(f"Cost to {who}, scenario", f"{zh}成本（情景期）"),
            in_sentence=f"cost to {who} within the scenario",
            unit=YUAN_AT_FULL_SCALE, better=better, estimator=now, by=MONEY,
            shown=(Place.OVERVIEW,),
        )  # fmt: skip
        yield Measure(
            f"cost_{name}_life",
            label=Text(f"Cost to {who} over patients' whole lives, discounted",
                       f"患者终生{zh}承担的成本（贴现）"),
            short=Text(f"Cost to {who}, whole lives", f"{zh}成本（终生）"),
            in_sentence=f"cost to {who} over patients' whole lives",
            unit=YUAN_AT_FULL_SCALE, better=better, estimator=plus(later, now), by=MONEY,
            shown=(Place.OVERVIEW,),
        )  # fmt: skip


def solvency(years: int) -> Iterator[Measure]:
    """Yield whether pools can pay, what they leave unpaid, and to whom."""
    yield Measure(
        "pools_short",
        label=Text("Years of pools in which claims for rare-disease drugs were refused for want of "
                   "money", "因资金不足而拒付罕见病药品费用的基金年数"),
        short=Text("Pool-years that refused rare-disease claims", "拒付罕见病费用的基金年"),
        unit=POOL_YEARS, better="lower", estimator=pools(of.cannot_pay(of.refused)), by=POOLS,
        shown=(Place.OVERVIEW,),
    )  # fmt: skip
    yield Measure(
        "pools_ruined",
        label=Text("Years of pools in which they could not pay for all other patients",
                   "无力支付其他患者费用的基金年数"),
        short=Text("Pool-years ruined", "基金耗尽的年数"),
        unit=POOL_YEARS, better="lower", estimator=pools(of.cannot_pay(of.unpaid)), by=POOLS,
        shown=(Place.OVERVIEW, Place.SOCIETY),
    )  # fmt: skip
    yield Measure(
        "refused",
        label=Text("Claims of patients with rare diseases that a pool could not pay, "
                   "whoever paid then",
                   "基金因资金不足未付的罕见病患者费用（不论随后由谁支付）"),
        short=Text("Refused to patients", "拒付罕见病患者"),
        unit=YUAN_A_YEAR, better="lower", estimator=pools(of.refused, money=True), by=POOLS,
        shown=(Place.OVERVIEW, Place.SOCIETY),
    )  # fmt: skip
    yield Measure(
        "refused_share",
        label=Text("Refused by pools for want of money, of what patients with rare diseases claim",
                   "因资金不足而未付的部分占罕见病患者申请费用的比例"),
        short=Text("Refused share of claims", "拒付比例"),
        unit=SHARE, better="lower", estimator=pools_share(of.refused, of.claimed), by=POOLS,
    )  # fmt: skip
    yield Measure(
        "refused_share_late",
        label=Text("Refused by pools for want of money, of what is claimed in the last ten years",
                   "最后十年因资金不足而未付的部分占申请费用的比例"),
        short=Text("Refused share of claims, last ten years", "最后十年拒付比例"),
        unit=SHARE, better="lower",
        estimator=pools_share(of.lately(of.refused), of.lately(of.claimed)), by=POOLS,
    )  # fmt: skip
    yield Measure(
        "refused_years",
        label=Text("Patient-years without a drug because a pool had no money for it",
                   "因基金缺钱而未用药的患者年数"),
        short=Text("Patient-years refused", "拒付的患者年"),
        unit=PATIENT_YEARS, better="lower",
        estimator=pools(of.refused_years, money=True), by=POOLS,
        shown=(Place.OVERVIEW,),
    )  # fmt: skip
    yield Measure(
        "unpaid_others",
        label=Text("Owed for all other patients and not paid for want of money",
                   "因资金不足而未支付的其他患者费用"),
        short=Text("Not paid for other patients", "未支付其他患者"),
        unit=YUAN_A_YEAR, better="lower", estimator=pools(of.unpaid, money=True), by=POOLS,
        shown=(Place.OVERVIEW, Place.SOCIETY),
    )  # fmt: skip
    yield Measure(
        "owed_to_hospitals",
        label=Text("Owed by empty pools at the end (small bills, programmes), over the scenario's "
                   "years",
                   "期末空置基金的欠款（小额账单、项目费用；按情景期年均）"),
        short=Text("Owed to hospitals", "欠医院款"),
        unit=YUAN_A_YEAR, better="lower",
        estimator=pools(of.owed_to_hospitals, money=True), by=POOLS,
    )  # fmt: skip


def inequality(years: int) -> Iterator[Measure]:
    """Yield inequality: one number for all people."""
    yield Measure(
        "treated_gap",
        label=Text("Treated: richest less poorest fifth", "治疗比例：最富五分位减最贫五分位"),
        short=Text("Treated, richest less poorest", "治疗比例贫富差"),
        in_sentence="richest less poorest fifth treated",
        unit=SHARE, better="lower", estimator=single(of.treated_gap), by=ALL,
        shown=(Place.OVERVIEW, Place.INEQUALITY, At(Place.SOCIETY, 1),
               At(Place.CARDS, 4, unit=POINTS)),
    )  # fmt: skip
    yield Measure(
        "diagnosed_gap",
        label=Text("Diagnosed within five years: richest less poorest fifth",
                   "五年内确诊比例：最富五分位减最贫五分位"),
        short=Text("Diagnosed, richest less poorest", "确诊比例贫富差"),
        in_sentence="richest less poorest fifth diagnosed",
        unit=SHARE, better="lower", estimator=single(of.diagnosed_gap), by=ALL,
        shown=(Place.OVERVIEW, Place.INEQUALITY, At(Place.SOCIETY, 1)),
    )  # fmt: skip
    yield Measure(
        "treated_concentration",
        label=Text("Treated: concentration index by income (Erreygers)",
                   "治疗：按收入的集中指数（Erreygers）"),
        short=Text("Treated, concentration index", "治疗集中指数"),
        unit=INDEX, better="lower", estimator=single(of.treated_concentration), by=ALL,
    )  # fmt: skip
    yield Measure(
        "treated_between_provinces",
        label=Text("Treated: Theil index between provinces", "治疗：省际泰尔指数"),
        short=Text("Treated, Theil between provinces", "治疗省际泰尔指数"),
        in_sentence="treated, Theil index between provinces",
        unit=NATS, better="lower", estimator=single(of.treated_between_provinces), by=ALL,
        shown=(Place.INEQUALITY, At(Place.SOCIETY, 1)),
    )  # fmt: skip
    yield Measure(
        "qalys_concentration",
        label=Text("QALYs: concentration index by income", "QALY：按收入的集中指数"),
        short=Text("QALYs, concentration index", "QALY 集中指数"),
        unit=INDEX, better="lower", estimator=single(of.concentration("qalys")), by=ALL,
    )  # fmt: skip
    yield Measure(
        "qalys_slope",
        label=Text("QALYs: slope index from poorest to richest", "QALY：从最贫到最富的斜率指数"),
        short=Text("QALYs, slope index", "QALY 斜率指数"),
        unit=QALYS, better="lower", estimator=single(of.qalys_slope), by=ALL,
    )  # fmt: skip
    yield Measure(
        "qalys_gini",
        label=Text("QALYs: Gini coefficient", "QALY：基尼系数"),
        short=Text("QALYs, Gini coefficient", "QALY 基尼系数"),
        unit=INDEX, better="lower", estimator=single(of.qalys_gini), by=ALL,
        shown=(At(Place.SOCIETY, 2),),
    )  # fmt: skip
    yield Measure(
        "qalys_between_provinces",
        label=Text("QALYs: Theil index between provinces", "QALY：省际泰尔指数"),
        short=Text("QALYs, Theil between provinces", "QALY 省际泰尔指数"),
        unit=NATS, better="lower", estimator=single(of.qalys_between_provinces), by=ALL,
    )  # fmt: skip
    yield Measure(
        "qalys_within_provinces",
        label=Text("QALYs: Theil index within provinces", "QALY：省内泰尔指数"),
        short=Text("QALYs, Theil within provinces", "QALY 省内泰尔指数"),
        unit=NATS, better="lower", estimator=single(of.qalys_within_provinces), by=ALL,
    )  # fmt: skip
    yield Measure(
        "out_of_pocket_concentration",
        label=Text("Paid by households: concentration index by income",
                   "家庭自付：按收入的集中指数"),
        short=Text("Paid by households, concentration", "自付集中指数"),
        unit=INDEX, better="neither", estimator=single(of.concentration("paid_household")), by=ALL,
    )  # fmt: skip
    yield Measure(
        "catastrophic_concentration",
        label=Text("Catastrophic years: concentration index by income (below 0: among the poor)",
                   "灾难性支出年份：按收入的集中指数（负值：集中于贫者）"),
        short=Text("Catastrophic years, concentration", "灾难性支出集中指数"),
        in_sentence="concentration of catastrophic spending on the rich",
        unit=INDEX, better="higher", estimator=single(of.catastrophic_concentration), by=ALL,
        shown=(Place.INEQUALITY, At(Place.SOCIETY, 1)),
    )  # fmt: skip
    yield Measure(
        "treated_slope",
        label=Text("Treated: slope index from poorest to richest (logit)",
                   "治疗：从最贫到最富的斜率指数（logit）"),
        short=Text("Treated, slope index", "治疗斜率指数"),
        unit=SHARE, better="lower", estimator=single(of.treated_slope), by=ALL,
    )  # fmt: skip
    yield Measure(
        "treated_relative",
        label=Text("Treated: relative index, richest over poorest (logit)",
                   "治疗：相对指数，最富比最贫（logit）"),
        short=Text("Treated, relative index", "治疗相对指数"),
        unit=INDEX, better="lower", estimator=single(of.treated_relative), by=ALL,
    )  # fmt: skip
    yield Measure(
        "treated_deviation",
        label=Text("Treated: standard deviation between provinces", "治疗：省际标准差"),
        short=Text("Treated, deviation between provinces", "治疗省际标准差"),
        unit=SHARE, better="lower", estimator=single(of.treated_deviation), by=ALL,
    )  # fmt: skip
    yield Measure(
        "treated_disparity",
        label=Text("Treated: index of disparity between provinces", "治疗：省际差异指数"),
        short=Text("Treated, disparity of provinces", "治疗省际差异指数"),
        unit=SHARE, better="lower", estimator=single(of.treated_disparity), by=ALL,
    )  # fmt: skip
    yield Measure(
        "treated_attributable",
        label=Text("Treated: gained if every province did as the best (population attributable "
                   "risk)", "治疗：若各省均达到最佳省水平可增加的比例（人群归因）"),
        short=Text("Treated, gained at the best", "治疗可增加的比例"),
        unit=SHARE, better="lower", estimator=single(of.treated_attributable), by=ALL,
    )  # fmt: skip
    yield Measure(
        "qalys_kolm",
        label=Text("QALYs: Kolm's index", "QALY：Kolm 指数"),
        short=Text("QALYs, Kolm's index", "QALY Kolm 指数"),
        unit=QALYS, better="lower", estimator=single(of.qalys_kolm), by=ALL,
    )  # fmt: skip
    yield Measure(
        "qalys_equivalent",
        label=Text("QALYs: equally distributed equivalent (Kolm)", "QALY：均等分布当量（Kolm）"),
        short=Text("QALYs, equally distributed", "QALY 均等分布当量"),
        unit=QALYS, better="higher", estimator=single(of.qalys_equivalent), by=ALL,
    )  # fmt: skip


SECTIONS = (diagnosis, treatment, burden, health, others, solvency, inequality, budget, network,
            running_dry, quantiles, curves)  # fmt: skip
"""What is judged, in the order of `summary.csv` and of the tables beside it."""


def _count(number: int) -> str:
    return "year" if number == 1 else f"{number} years"
