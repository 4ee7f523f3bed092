"""Everything that a policy can set, in groups, with units, ranges and defaults.

The defaults describe a country without any rare-disease policy; the shipped policy `as-happened`
sets what was in force. Each lever says where in the state it lands.
"""

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from abm.errors import unknown
from abm.policy.benefits import Layer
from abm.policy.conditions import (
    AWAY_LAYER_PAYS,
    BY_RULE,
    CATALOGUE,
    DUTY_TO_REPORT,
    INSTITUTION,
    LAW,
    LAW_AND_FUND,
    LAW_AND_NEGOTIATION,
    LAYER_PAYS,
    LEVIES,
    LISTED_DRUGS,
    LOCAL_LAYER,
    MOVERS_WELCOME,
    NEGOTIATION,
    NETWORK,
    NO_DUTY_TO_REPORT,
    NOTICES_AND_FUND,
    PHASED_OUT,
    PREMIUMS_FOLLOW,
    PUPILS,
    SEVERAL_PAYERS,
    SPECIAL_FUND,
    SURPLUS,
    TEACHING,
    ZONE_DIFFERS,
    ZONE_HAS_MORE,
    pooled_by,
    rationed_by,
)
from abm.policy.declare import (
    Group,
    Limit,
    Names,
    OneOf,
    Yuan,
    lever,
    share,
    with_values,
    zone_part,
)
from agents import codes
from agents.codes import Fund, PoolLevel, ResponseClass

LayerName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
CatalogueName = Annotated[str, OneOf(codes.Catalogue)]
ReportingName = Annotated[str, OneOf(codes.Reporting)]
ReferralName = Annotated[str, OneOf(codes.Referral)]
NewbornPanelName = Annotated[str, OneOf(codes.NewbornPanel)]
ListingRuleName = Annotated[str, OneOf(codes.ListingRule)]
RationingName = Annotated[str, OneOf(codes.Rationing)]
GiversName = Annotated[str, OneOf(codes.Givers)]
PremiumRuleName = Annotated[str, OneOf(codes.PremiumRule)]
InstitutionName = Annotated[str, OneOf(codes.InstitutionForm)]
LevyRuleName = Annotated[str, OneOf(codes.LevyRule)]
OutsidersName = Annotated[str, OneOf(codes.Outsiders)]
SettlementName = Annotated[str, OneOf(codes.Settlement)]
MoversName = Annotated[str, OneOf(codes.Movers)]
SpecialPool = Annotated[str, OneOf(PoolLevel, but=[PoolLevel.CITY])]
"""A special fund is never a city's."""
Pool = Annotated[str, OneOf(PoolLevel, but=[PoolLevel.ZONE])]
"""Only a special fund can be a zone's own."""

INSIDE = "zone.inside."
"""Beginning of the paths of what a zone sets for itself."""
LAYER = "benefits."
"""Beginning of the paths of a benefit layer's levers."""

# A table of levers: what it is, then where it lands and when it acts.
# fmt: off

class Definition(Group):
    """Concept: what counts as a rare disease."""

    catalogue: CatalogueName = lever(
        "none", "national catalogue in force: none, the first list, the second as well, all "
        "diseases, or by rule: each January those that meet the inclusion principle below",
        "choice", to="levers.catalogue",
    )
    prevalence_threshold: Limit = lever(
        math.inf, "highest prevalence at which a disease counts as rare, whatever the list",
        "per 100,000", to="levers.prevalence_threshold", acts_if=CATALOGUE,
    )
    least_severity: float = share(
        0.0, "least part of the healthy life left at onset that a disease takes untreated",
        to="levers.least_severity", acts_if=BY_RULE,
    )
    treatable_only: bool = lever(
        False, "whether only diseases count for which a drug is on the market", "true or false",
        to="levers.treatable_only", acts_if=BY_RULE,
    )
    least_burden: Yuan = lever(
        0.0, "least cost of a year with a disease: its drug's list price, or older care",
        "yuan/year", to="levers.least_burden", acts_if=BY_RULE,
    )


class Registry(Group):
    """Data: how patients come to be known."""

    reporting: ReportingName = lever(
        "voluntary", "who must report a diagnosed patient directly: nobody, the network, everyone",
        "choice", to="levers.reporting", zone=True, acts_if=CATALOGUE,
    )
    compliance: float = share(
        0.5, "share of cases reported where there is a duty to report",
        to="levers.compliance", zone=True, acts_if=DUTY_TO_REPORT,
    )
    voluntary_share: float = share(
        0.0, "share of cases reported where there is none",
        to="levers.voluntary_share", zone=True, acts_if=NO_DUTY_TO_REPORT,
    )
    research: float = share(
        0.0, "diagnosed patients entered in the research registry by hospitals that take part in "
        "it", to="levers.research", zone=True,
    )
    claims_screening: float = share(
        0.0, "long-undiagnosed patients found in the expenditure database", " a year",
        to="levers.claims_screening", zone=True,
    )
    patient_cohort: float = share(
        0.0, "diagnosed members whom patient organisations enter in their cohort for research",
        " a year",
        to="levers.patient_cohort", zone=True,
    )


class Network(Group):
    """Diagnosis and treatment: the collaboration network of hospitals."""

    members: str = lever(
        "none", "list of member hospitals in force: none, or one of the world's lists", "choice",
        to="levers.network_list", copied=False, zone=True,
    )
    members_added: int = lever(
        0, "further members in each province: its largest tertiary hospitals off the list",
        "hospitals", to="levers.members_added", zone=True, acts_if=NETWORK, ge=0, le=1000,
    )
    referral: ReferralName = lever(
        "free",
        "free: patients go where they like; two-way: members also refer up and back; "
        "gatekept: leads and centres see only referred patients",
        "choice", to="levers.referral", zone=True,
    )
    remote: float = share(
        0.0, "gap to the mentor's skill closed by remote consultation",
        to="levers.remote", zone=True, acts_if=PUPILS,
    )
    mentoring: float = share(
        0.0, "gap to the mentor's skill closed by mentoring", " a year",
        to="levers.mentoring", zone=True, acts_if=PUPILS,
    )
    mentoring_reaches_counties: bool = lever(
        False, "whether mentoring goes beyond members to county hospitals", "true or false",
        to="levers.mentoring_reaches_counties", zone=True, acts_if=TEACHING,
    )
    training_skill: float = lever(
        0.0, "skill gained by training in every member", "logit/year",
        to="levers.training_skill", zone=True, acts_if=PUPILS, ge=0, le=5,
    )
    training_willingness: float = share(
        0.0, "willingness to refer added by training",
        to="levers.training_willingness", zone=True, acts_if=NETWORK,
    )
    referral_payment: Yuan = lever(
        0.0, "paid to a hospital for each patient whom it refers", "yuan per referral",
        to="levers.referral_payment", zone=True,
    )
    informed: float = share(
        0.0, "cases solved on a referral that are reported back to the hospital that referred",
        to="levers.informed", zone=True,
    )
    slots: float = lever(
        1.0, "factor on rare-disease consultation slots", "factor",
        to="levers.slots", zone=True, gt=0, le=1000,
    )


class Testing(Group):
    """Diagnosis and treatment: tests."""

    __test__ = False

    genetic_covered: float = share(
        0.0, "price of a genetic test that is covered", to="levers.genetic_covered", zone=True
    )
    newborn_panel: NewbornPanelName = lever(
        "in_place",
        "diseases screened at birth: none, those screened today, or all that could be",
        "choice", to="levers.newborn_panel", zone=True,
    )


class AccessRules(Group):
    """Drug access: from approval to the patient."""

    listing: ListingRuleName = lever(
        "none",
        "how drugs reach the reimbursement list: the dates that happened, by assessment and "
        "negotiation, or never",
        "choice", to="levers.listing",
    )
    months_to_listing: int = lever(
        29, "time from approval to listing under negotiation", "months",
        to="levers.months_to_listing", acts_if=NEGOTIATION, ge=0, le=600,
    )
    threshold_high: Yuan = lever(
        210_000.0, "highest price accepted for high response", "yuan per QALY",
        to="levers.threshold", at=ResponseClass.HIGH, acts_if=NEGOTIATION,
    )
    threshold_moderate: Yuan = lever(
        140_000.0, "highest price accepted for moderate response", "yuan per QALY",
        to="levers.threshold", at=ResponseClass.MODERATE, acts_if=NEGOTIATION,
    )
    threshold_low: Yuan = lever(
        70_000.0, "highest price accepted for low response", "yuan per QALY",
        to="levers.threshold", at=ResponseClass.LOW, acts_if=NEGOTIATION,
    )
    price_ceiling: Yuan = lever(
        0.0, "highest yearly price of a listed drug; 0 means none", "yuan/year",
        to="levers.price_ceiling", acts_if=NEGOTIATION,
    )
    volume_guarantee: float = share(
        0.0, "share of known patients whose treatment is guaranteed",
        to="levers.volume_guarantee", acts_if=NEGOTIATION,
    )
    budget_impact_most: Limit = lever(
        math.inf, "most that a drug may cost at the agreed price if all patients known from the "
        "registry are treated, nationwide",
        "yuan a year", to="levers.budget_impact_most", acts_if=NEGOTIATION,
    )
    renewal_years: int = lever(
        0, "time after which an agreed price is renewed by the volume, or the drug taken off the "
        "list; 0 means never",
        "years", to="levers.renewal_years", acts_if=NEGOTIATION, ge=0, le=20,
    )
    review_months_saved: int = lever(
        0, "time saved by accelerated review of drugs that are not approved yet", "months",
        to="levers.review_months_saved", ge=0, le=60,
    )
    incentives: float = share(
        0.0, "strength of tax and research incentives for drugs that are not approved yet",
        to="levers.incentives",
    )
    exclusivity_years: Limit = lever(
        math.inf, "time from a launch until a competitor may enter; inf: none enters that is not "
        "in the prices on record",
        "years", to="levers.exclusivity_years",
    )
    launch_forward: int = lever(
        0, "months by which every launch comes earlier, whatever the drug's development", "months",
        to="levers.launch_forward", ge=0, le=240,
    )
    shortages: float = share(
        0.0, "months in which a drug is not delivered to the hospitals of a province",
        to="levers.shortages", zone=True,
    )
    ahead_of_approval: int = lever(
        0, "months before national approval from which hospitals inside a special zone may use a "
        "drug, at its full price and off the list",
        "months", to="levers.ahead_of_approval", zone=True, ge=0, le=240,
    )
    dual_channel: float = share(
        0.0, "part of the hospitals' gap in stocking that designated pharmacies fill",
        to="levers.dual_channel", zone=True, acts_if=LISTED_DRUGS,
    )


class Institution(Group):
    """Law and institution that carry the security."""

    form: InstitutionName = lever(
        "notices", "annual notices, or a law with an institution", "choice",
        to="levers.form", acts_if=INSTITUTION,
    )
    funding_floor: Yuan = lever(
        0.0, "least income of the special fund, bound by law and filled up with fiscal money",
        "yuan per insured a year", to="levers.funding_floor", acts_if=LAW_AND_FUND,
    )
    decision_deadline: int = lever(
        0, "time from launch within which a law wants a listing negotiated; 0 means none", "months",
        to="levers.decision_deadline", acts_if=LAW_AND_NEGOTIATION, ge=0, le=600,
    )
    appeal: bool = lever(
        False, "right, by law, to be heard once more: drugs refused for their price, patients "
        "whose review has failed", "true or false", to="levers.appeal", acts_if=LAW,
    )
    lapse: float = share(
        0.0, "years in which the annual notice of a province's special-fund scheme comes late, so "
        "that it pays for nobody new until then", " a year",
        to="levers.lapse", acts_if=NOTICES_AND_FUND,
    )


class LocalSchemes(Group):
    """Benefit-list rule: what becomes of local schemes beyond the national list."""

    state: Literal["allowed", "frozen", "phased-out", "stopped"] = lever(
        "allowed",
        "allowed; frozen: running schemes go on, none may start; phased-out: running schemes pay "
        "less each year, in equal steps, and nothing in the last; stopped: none pays",
        "choice", to="layers", acts_if=LOCAL_LAYER,
    )
    phase_out_years: int = lever(
        3, "years in whose last phased-out schemes pay nothing; 3: two thirds, a third, nothing",
        "years", to="layers", acts_if=PHASED_OUT, ge=1, le=20,
    )


class Pooling(Group):
    """Level at which a fund shares its risk."""

    basic: Pool = lever("city", "pool of basic insurance", "choice", to="cities.fund")
    critical_illness: Pool = lever(
        "city", "pool of critical illness insurance", "choice",
        to="cities.fund", acts_if=pooled_by("critical_illness"),
    )
    medical_assistance: Pool = lever(
        "city", "pool of medical assistance", "choice",
        to="cities.fund", acts_if=pooled_by("medical_assistance"),
    )
    special_fund: SpecialPool = lever(
        "province", "pool of the special rare-disease fund", "choice",
        to="cities.fund", acts_if=pooled_by("special_fund"),
    )


class Financing(Group):
    """Sources of the special rare-disease fund, premiums, and pooling of all funds."""

    per_head_levy: Yuan = lever(
        0.0, "levy on each insured person where a special-fund layer pays",
        "yuan per insured a year", to="levers.per_head_levy", acts_if=SPECIAL_FUND,
    )
    surplus_share: float = share(
        0.0, "most of the accumulated surplus of the pooled basic funds, before the year's "
        "premiums, given to the special fund", " a year",
        to="levers.surplus_share", acts_if=SPECIAL_FUND,
    )
    surplus_most: Limit = lever(
        math.inf, "most taken from the accumulated surplus, nationwide; places where the special "
        "fund pays have their insured's part of it",
        "yuan a year", to="levers.surplus_most", copied=False, acts_if=SURPLUS,
    )
    surplus_from: GiversName = lever(
        "all",
        "pools of basic insurance that give: all; inside: where the special fund pays; outside: "
        "the others",
        "choice", to="levers.surplus_from", acts_if=SURPLUS,
    )
    maternity_levy: Yuan = lever(
        0.0, "maternity-insurance levy", "yuan per employee insured a year",
        to="levers.maternity_levy", acts_if=SPECIAL_FUND,
    )
    fiscal: Yuan = lever(
        0.0, "fiscal money", "yuan per head a year", to="levers.fiscal", acts_if=SPECIAL_FUND
    )
    donations: Yuan = lever(
        0.0, "donations to the special fund, nationwide", "yuan a year",
        to="levers.fund_donations", copied=False, acts_if=SPECIAL_FUND,
    )
    levies: LevyRuleName = lever(
        "fixed",
        "levies and fiscal money: fixed; forecast: the less of them, the nearer the fund's balance "
        "in January is to its forecast or last year's claims, and nothing from there on",
        "choice", to="levers.levies", acts_if=LEVIES,
    )
    premiums: PremiumRuleName = lever(
        "fixed",
        "premiums of basic insurance: fixed; follow: where a pool ended the year short, next "
        "year's rise by what was missing, and stay",
        "choice", to="levers.premiums",
    )
    premium_rise_most: float = share(
        0.1, "most by which a pool's premiums rise because it was short", " a year",
        to="levers.premium_rise_most", acts_if=PREMIUMS_FOLLOW,
    )
    settlement: SettlementName = lever(
        "clear",
        "order in which payers settle: clear; unclear: where several owe parts of a bill they wait "
        "for each other, and the household pays first and is refunded later",
        "choice", to="levers.settlement", zone=True, acts_if=SEVERAL_PAYERS,
    )
    reserve_ratio: float = share(
        0.0, "part of a year's income the special fund keeps back for those whom it carries",
        to="funds.reserve", acts_if=SPECIAL_FUND,
    )
    programmes_from_basic: float = share(
        0.0, "cost of screening and teaching that basic insurance pays; the rest is fiscal money",
        to="levers.programmes_from_basic",
    )
    pooling: Pooling = Field(Pooling(), description="level at which each fund shares its risk")


class RationingRules(Group):
    """What a fund does when it runs short."""

    basic: RationingName = lever(
        "first-come", "basic insurance", "choice",
        to="funds.ration", acts_if=rationed_by("basic"),
    )
    critical_illness: RationingName = lever(
        "first-come", "critical illness insurance", "choice",
        to="funds.ration", acts_if=rationed_by("critical_illness"),
    )
    medical_assistance: RationingName = lever(
        "first-come", "medical assistance", "choice",
        to="funds.ration", acts_if=rationed_by("medical_assistance"),
    )
    special_fund: RationingName = lever(
        "first-come", "special rare-disease fund", "choice",
        to="funds.ration", acts_if=rationed_by("special_fund"),
    )


class CharityRules(Group):
    """Grants, donation programmes and patient organisations."""

    donations: float = lever(
        1.0, "factor on the money foundations raise", "factor",
        to="levers.donations", acts_if=CATALOGUE, ge=0, le=1000,
    )
    means_test: float = share(
        0.4, "out-of-pocket over household income above which a grant is made",
        to="levers.means_test", zone=True, acts_if=CATALOGUE,
    )
    grant_cap: Limit = lever(
        10_000.0, "largest grant", "yuan a year",
        to="levers.grant_cap", zone=True, acts_if=CATALOGUE,
    )
    donation_programmes: bool = lever(
        True, "whether manufacturers' vial donations run", "true or false",
        to="levers.donation_programmes", zone=True,
    )
    voice: float = share(
        0.0, "how far patient organisations are heard when a drug is assessed: the more patients "
        "are known, the more they raise the threshold",
        to="levers.voice", acts_if=NEGOTIATION,
    )
    patient_organisations: float = lever(
        1.0, "factor on the reach of patient organisations", "factor",
        to="levers.patient_organisations", zone=True, ge=0, le=100,
    )
    guidance: float = share(
        0.0, "undiagnosed patients reached by an organisation who are told where to go",
        to="levers.guidance", zone=True,
    )


class Territory(Group):
    """Where a special zone is, and how others can use it."""

    provinces: Names = lever(
        (), "provinces of a geographic zone", "list", to="cities.zone", acts_if=ZONE_DIFFERS
    )
    cities: Names = lever(
        (), "cities of a geographic zone", "list", to="cities.zone", acts_if=ZONE_DIFFERS
    )
    sectoral: bool = lever(
        False, "the zone is rare diseases as such, everywhere in the country", "true or false",
        to="cities.zone", acts_if=ZONE_DIFFERS,
    )
    outsiders: OutsidersName = lever(
        "none",
        "whether others may use the zone: not at all, by moving their registration, by travelling",
        "choice", to="levers.outsiders", acts_if=ZONE_HAS_MORE,
    )
    movers: MoversName = lever(
        "anyone",
        "who can move the registration into the zone: all insured, or employees, who need a job "
        "there",
        "choice", to="levers.movers", acts_if=MOVERS_WELCOME,
    )
    waiting_months: int = lever(
        0, "time from moving the registration to the zone's benefits", "months",
        to="levers.waiting_months", acts_if=MOVERS_WELCOME, ge=0, le=120,
    )

    @property
    def exists(self) -> bool:
        """Whether there is a zone at all."""
        return bool(self.provinces or self.cities or self.sectoral)


class Away(Group):
    """Care outside the insured place, in every layer of social insurance."""

    cut_referred: float = share(
        0.0, "part of a payment lost when referred or filed",
        to="levers.away_referred", acts_if=AWAY_LAYER_PAYS,
    )
    cut_unreferred: float = share(
        0.0, "part of a payment lost when neither",
        to="levers.away_unreferred", acts_if=AWAY_LAYER_PAYS,
    )


class Regional(Group):
    """Differences between regions."""

    income_elasticity: float = lever(
        0.0,
        "benefit rates are multiplied by (province income / national income) to this power",
        "exponent", to="cities.benefit_factor", acts_if=LAYER_PAYS, ge=-2, le=2,
    )


class Supervision(Group):
    """Supervision of use and payment."""

    prior_review: bool = lever(
        False, "whether social payers review a treatment before it begins", "true or false",
        to="levers.prior_review", zone=True, acts_if=LAYER_PAYS,
    )
    stop_without_response: bool = lever(
        False, "whether social payers stop paying for a treatment without response",
        "true or false", to="levers.stop_without_response", zone=True, acts_if=LAYER_PAYS,
    )
    audit: bool = lever(
        False, "whether drug bills are audited", "true or false",
        to="levers.audit", zone=True, acts_if=LAYER_PAYS,
    )


# fmt: on
class Everywhere(Group):
    """All levers but those that hold inside the zone only."""

    definition: Definition = Field(Definition(), description="concept")
    registry: Registry = Field(Registry(), description="data")
    network: Network = Field(Network(), description="diagnosis and treatment: the network")
    testing: Testing = Field(Testing(), description="diagnosis and treatment: tests")
    access: AccessRules = Field(AccessRules(), description="drug access")
    institution: Institution = Field(Institution(), description="law and institution")
    local_schemes: LocalSchemes = Field(LocalSchemes(), description="benefit-list rule")
    financing: Financing = Field(Financing(), description="financing")
    benefits: dict[LayerName, Layer] = Field({}, description="benefit layers by name")
    rationing: RationingRules = Field(RationingRules(), description="a fund short of money")
    zone: Territory = Field(Territory(), description="special zone")
    away: Away = Field(Away(), description="care outside the insured place")
    regional: Regional = Field(Regional(), description="regional difference")
    supervision: Supervision = Field(Supervision(), description="supervision")
    charity: CharityRules = Field(CharityRules(), description="charity")


if TYPE_CHECKING:
    Inside = Everywhere  # of which it has a part
else:
    Inside = zone_part(Everywhere)


class Zone(Territory):
    """Special zone: geographic (a list of places) or sectoral (rare diseases as such)."""

    inside: Inside = Field(Inside(), description="levers that hold inside the zone only")


class Levers(Everywhere):
    """All levers in force in one month."""

    zone: Zone = Field(Zone(), description="special zone")

    @property
    def layers(self) -> tuple[tuple[str, Layer], ...]:
        """The layers that pay, as (name, layer), in the order in which bills meet them."""
        paying = [(name, layer) for name, layer in self.benefits.items() if layer.active]
        return tuple(sorted(paying, key=lambda item: (item[1].order, item[0])))

    def inside(self) -> "Levers":
        """Return the levers that hold inside the zone (the same object where nothing differs)."""
        own: dict[str, Any] = self.zone.inside.model_dump(exclude_unset=True)
        return with_values(self, own) if self.zone.exists else self


def _check_funds() -> None:
    """Refuse a fund that names a lever which is not there, and such a lever that no fund names.

    Raises:
        TypeError: Naming the fund, or the lever.
    """
    for path, group, named in (
        ("financing.pooling", Pooling, {fund: fund.pooled_by for fund in Fund}),
        ("rationing", RationingRules, {fund: fund.rationed_by for fund in Fund}),
    ):
        for fund, name in named.items():
            if name is not None and name not in group.model_fields:
                raise TypeError(
                    f"Fund.{fund.name}: {unknown(f'lever of {path}', name, group.model_fields)}"
                )
        for name in group.model_fields:
            if name not in named.values():
                raise TypeError(f"{path}.{name}: expected a Fund that names it, got none")


_check_funds()
