"""Everything that a policy can set, in groups, with units, ranges and defaults.

The defaults describe a country without any rare-disease policy; the shipped policy `as-happened`
sets what was in force. A lever with `modelled: False` is kept so that policies can be written down
whole, but must stay at its default until the model acts on it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from abm.policy.benefits import (
    Bracket,
    Brackets,
    Group,
    Layer,
    Limit,
    Names,
    OneOf,
    Yuan,
    lever,
    share,
)
from agents import codes

__all__ = ["Bracket", "Brackets", "Group", "Layer", "Levers", "Limit", "Yuan"]

LayerName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
CatalogueName = Annotated[str, OneOf(codes.Catalogue.names())]
ReportingName = Annotated[str, OneOf(codes.Reporting.names())]
NewbornPanelName = Annotated[str, OneOf(codes.NewbornPanel.names())]
ListingRuleName = Annotated[str, OneOf(codes.ListingRule.names())]
RationingName = Annotated[str, OneOf(codes.Rationing.names())]
SpecialPool = Annotated[
    str, OneOf(one.label for one in codes.PoolLevel if one != codes.PoolLevel.CITY)
]
"""A special fund is never a city's."""
Pool = Annotated[str, OneOf(one.label for one in codes.PoolLevel if one != codes.PoolLevel.ZONE)]
"""Only a special fund can be a zone's own."""


class Definition(Group):
    """Concept: what counts as a rare disease."""

    catalogue: CatalogueName = lever(
        "none", "national catalogue in force (first list 2018, second 2023, all diseases)", "choice"
    )
    prevalence_threshold: float | None = lever(
        None, "prevalence below which a disease is rare", "per 100,000", modelled=False, gt=0
    )


class Registry(Group):
    """Data: how patients come to be known."""

    reporting: ReportingName = lever(
        "voluntary", "who must report a diagnosed patient: nobody, the network, everyone", "choice"
    )
    compliance: float = share(0.5, "share of cases reported where there is a duty to report")
    voluntary_share: float = share(0.0, "share of cases reported where there is none")
    claims_screening: float = share(
        0.0, "long-undiagnosed patients found in the expenditure database", " a year"
    )
    patient_cohort: float = share(
        0.0, "diagnosed patients registered through patient organisations", " a year"
    )


class Network(Group):
    """Diagnosis and treatment: the collaboration network of hospitals."""

    members: str = lever(
        "none", "list of member hospitals in force: none, or one of the world's lists", "choice"
    )
    referral: Literal["free", "two-way", "gatekept"] = lever(
        "free",
        "free: patients go where they like; two-way: members also refer up and back; "
        "gatekept: leads and centres see only referred patients",
        "choice",
    )
    remote: float = share(0.0, "gap to the mentor's skill closed by remote consultation")
    mentoring: float = share(0.0, "gap to the mentor's skill closed by mentoring", " a year")
    mentoring_reaches_counties: bool = lever(
        False, "whether mentoring goes beyond members to county hospitals", "true or false"
    )
    training_skill: float = lever(
        0.0, "skill gained by training in every member", "logit/year", ge=0, le=5
    )
    training_willingness: float = share(0.0, "willingness to refer added by training")
    slots: float = lever(1.0, "factor on rare-disease consultation slots", "factor", gt=0, le=1000)


class Testing(Group):
    """Diagnosis and treatment: tests."""

    __test__ = False

    genetic_covered: float = share(0.0, "price of a genetic test that is covered")
    newborn_panel: NewbornPanelName = lever(
        "in_place",
        "diseases screened at birth: none, those screened today, or all that could be",
        "choice",
    )


class Access(Group):
    """Drug access: from approval to the patient."""

    listing: ListingRuleName = lever(
        "none",
        "how drugs reach the reimbursement list: the dates that happened, by assessment and "
        "negotiation, or never",
        "choice",
    )
    months_to_listing: int = lever(
        29, "time from approval to listing under negotiation", "months", ge=0, le=600
    )
    threshold_high: Yuan = lever(
        210_000.0, "highest price accepted for high response", "yuan per QALY"
    )
    threshold_moderate: Yuan = lever(
        140_000.0, "highest price accepted for moderate response", "yuan per QALY"
    )
    threshold_low: Yuan = lever(
        70_000.0, "highest price accepted for low response", "yuan per QALY"
    )
    price_ceiling: Yuan = lever(
        0.0, "highest yearly price of a listed drug; 0 means none", "yuan/year"
    )
    volume_guarantee: float = share(0.0, "share of known patients whose treatment is guaranteed")
    launch_forward: int = lever(
        0, "months by which incentives bring a launch forward", "months", ge=0, le=240
    )
    dual_channel: float = share(
        0.0, "part of the hospitals' gap in stocking that designated pharmacies fill"
    )


class Institution(Group):
    """Law and institution that carry the security."""

    form: Literal["notices", "law"] = lever(
        "notices", "annual notices, or a law with an institution", "choice", modelled=False
    )
    funding_floor: Yuan = lever(
        0.0, "least funding bound by law", "yuan per head a year", modelled=False
    )
    decision_deadline: int = lever(
        0, "months within which listing must be decided; 0 means none", "months", modelled=False,
        ge=0,
    )  # fmt: skip
    appeal: bool = lever(False, "right of appeal", "true or false", modelled=False)


class LocalSchemes(Group):
    """Benefit-list rule: what becomes of local schemes beyond the national list."""

    state: Literal["allowed", "frozen", "phased-out", "stopped"] = lever(
        "allowed",
        "allowed; frozen: running schemes go on, none may start; phased-out: running schemes pay "
        "two thirds in the first year, a third in the second, then nothing; stopped: none pays",
        "choice",
    )


class Pooling(Group):
    """Level at which a fund shares its risk."""

    basic: Pool = lever("city", "pool of basic insurance", "choice")
    critical_illness: Pool = lever("city", "pool of critical illness insurance", "choice")
    medical_assistance: Pool = lever("city", "pool of medical assistance", "choice")
    special_fund: SpecialPool = lever("province", "pool of the special rare-disease fund", "choice")


class Financing(Group):
    """Sources of the special rare-disease fund, and pooling of all funds."""

    per_head_levy: Yuan = lever(
        0.0,
        "levy on each insured person where a special-fund layer pays",
        "yuan per insured a year",
    )
    surplus_share: float = share(
        0.0, "accumulated surplus of the pooled basic funds given to the special fund", " a year"
    )
    maternity_levy: Yuan = lever(
        0.0, "maternity-insurance levy", "yuan per employee insured a year"
    )
    fiscal: Yuan = lever(0.0, "fiscal money", "yuan per head a year")
    donations: Yuan = lever(0.0, "donations to the special fund, nationwide", "yuan a year")
    reserve_ratio: float = share(0.0, "part of a year's income the special fund keeps back")
    pooling: Pooling = Field(Pooling(), description="level at which each fund shares its risk")


class Rationing(Group):
    """What a fund does when it runs short."""

    basic: RationingName = lever("first-come", "basic insurance", "choice")
    critical_illness: RationingName = lever("first-come", "critical illness insurance", "choice")
    medical_assistance: RationingName = lever("first-come", "medical assistance", "choice")
    special_fund: RationingName = lever("first-come", "special rare-disease fund", "choice")


class Charity(Group):
    """Grants, donation programmes and patient organisations."""

    donations: float = lever(1.0, "factor on the money foundations raise", "factor", ge=0, le=1000)
    means_test: float = share(
        0.4, "out-of-pocket over household income above which a grant is made"
    )
    grant_cap: Limit = lever(10_000.0, "largest grant", "yuan a year")
    donation_programmes: bool = lever(
        True, "whether manufacturers' vial donations run", "true or false"
    )
    patient_organisations: float = lever(
        1.0, "factor on the reach of patient organisations", "factor", ge=0, le=100
    )


class InsideAccess(Group):
    """The part of drug access that a zone can set for itself."""

    dual_channel: float = share(
        0.0, "part of the hospitals' gap in stocking that designated pharmacies fill"
    )


class InsideCharity(Group):
    """The part of charity that a zone can set for itself."""

    means_test: float = share(
        0.4, "out-of-pocket over household income above which a grant is made"
    )
    grant_cap: Limit = lever(10_000.0, "largest grant", "yuan a year")
    donation_programmes: bool = lever(
        True, "whether manufacturers' vial donations run", "true or false"
    )
    patient_organisations: float = lever(
        1.0, "factor on the reach of patient organisations", "factor", ge=0, le=100
    )


class Inside(Group):
    """Levers that hold inside the zone; those left out are as outside."""

    registry: Registry = Field(Registry(), description="registry inside the zone")
    network: Network = Field(Network(), description="network inside the zone")
    testing: Testing = Field(Testing(), description="tests inside the zone")
    access: InsideAccess = Field(InsideAccess(), description="stocking inside the zone")
    charity: InsideCharity = Field(InsideCharity(), description="charity inside the zone")


class Zone(Group):
    """Special zone: geographic (a list of places) or sectoral (rare diseases as such)."""

    provinces: Names = lever((), "provinces of a geographic zone", "list")
    cities: Names = lever((), "cities of a geographic zone", "list")
    sectoral: bool = lever(
        False, "the zone is rare diseases as such, everywhere in the country", "true or false"
    )
    outsiders: Literal["none", "move", "travel"] = lever(
        "none",
        "whether others may use the zone: not at all, by moving their registration (not yet "
        "modelled), by travelling",
        "choice",
    )
    inside: Inside = Field(Inside(), description="levers that hold inside the zone only")

    @property
    def exists(self) -> bool:
        """Whether there is a zone at all."""
        return bool(self.provinces or self.cities or self.sectoral)


class Away(Group):
    """Care outside the insured place, in every layer of social insurance."""

    cut_referred: float = share(0.0, "part of a payment lost when referred or filed")
    cut_unreferred: float = share(0.0, "part of a payment lost when neither")


class Regional(Group):
    """Differences between regions."""

    income_elasticity: float = lever(
        0.0,
        "benefit rates are multiplied by (province income / national income) to this power",
        "exponent",
        ge=-2,
        le=2,
    )


class Supervision(Group):
    """Supervision of use and payment."""

    prior_review: bool = lever(False, "review before use", "true or false", modelled=False)
    stop_without_response: bool = lever(
        False, "payment ends without response", "true or false", modelled=False
    )
    audit: bool = lever(False, "audit of payments", "true or false", modelled=False)


class Levers(Group):
    """All levers in force in one month."""

    definition: Definition = Field(Definition(), description="concept")
    registry: Registry = Field(Registry(), description="data")
    network: Network = Field(Network(), description="diagnosis and treatment: the network")
    testing: Testing = Field(Testing(), description="diagnosis and treatment: tests")
    access: Access = Field(Access(), description="drug access")
    institution: Institution = Field(Institution(), description="law and institution")
    local_schemes: LocalSchemes = Field(LocalSchemes(), description="benefit-list rule")
    financing: Financing = Field(Financing(), description="financing")
    benefits: dict[LayerName, Layer] = Field({}, description="benefit layers by name")
    rationing: Rationing = Field(Rationing(), description="a fund short of money")
    zone: Zone = Field(Zone(), description="special zone")
    away: Away = Field(Away(), description="care outside the insured place")
    regional: Regional = Field(Regional(), description="regional difference")
    supervision: Supervision = Field(Supervision(), description="supervision")
    charity: Charity = Field(Charity(), description="charity")

    @property
    def layers(self) -> tuple[tuple[str, Layer], ...]:
        """The layers that pay, as (name, layer), in the order in which bills meet them."""
        paying = [(name, layer) for name, layer in self.benefits.items() if layer.active]
        return tuple(sorted(paying, key=lambda item: (item[1].order, item[0])))

    def inside(self) -> "Levers":
        """Return the levers that hold inside the zone (the same object where nothing differs)."""
        own: dict[str, dict[str, Any]] = self.zone.inside.model_dump(exclude_unset=True)
        groups = {
            name: getattr(self, name).model_copy(update=values)
            for name, values in own.items()
            if values
        }
        return self.model_copy(update=groups) if groups and self.zone.exists else self
