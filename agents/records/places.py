"""Places: the cities where patients live and are insured, and the provinces that they lie in."""

from agents.codes import Bearer, Flow, Fund, Stage
from agents.core.limits import DRUGS, LAYERS
from agents.core.record import Record, count, index, mask, real, small

MOST_TERTIARY, MOST_MEMBERS, MOST_LEADS = 64, 32, 8
"""The most tertiary hospitals of a city, and network members and further leads of a province."""


class CityRow(Record):
    """A prefecture-level city: where patients live and are insured."""

    upto = real("0-1", "share of the population up to and including this city")
    urban = real("0-1", "urban share")
    income_urban = real("ln yuan", "median disposable income per head, urban")
    income_rural = real("ln yuan", "median disposable income per head, rural")
    radius = real("km", "mean trip within the city from the countryside")
    income = real("yuan/year", "disposable income per head")
    subsistence = real("yuan/year", "subsistence per head")
    reach = real("probability", "a patient organisation reaches a patient who decides about care")
    heads = real("persons", "insured by kind of fund", len(Fund))
    teaching = real("yuan/year", "cost of mentoring and training its hospitals this year")
    added_slots = real("1/month", "slots that its hospitals have by policy beyond their own")
    benefit_factor = real("1", "benefit rates scaled with the province's income")
    layers = mask("benefit layers that hold here", LAYERS)
    zone_layers = mask("of which those of the special zone", LAYERS)
    stocked = mask("drugs stocked in the city", DRUGS)
    fund = count("", "fund that carries the city, by kind", len(Fund))
    helped = count("", "last month's consultations in reach of remote help")
    entries = count("", "last month's entries in the registers")
    referrals = count("", "last month's referrals by its hospitals")
    reviews = count("", "last month's reviews of treatments")
    audited = count("", "last month's audited bills")
    province = index("", "province")
    county = index("", "pooled county hospital")
    tertiary = index("", "tertiary hospitals outside the network", MOST_TERTIARY)
    tertiaries = index("", "number of them")
    centre = index("", "nationally known centre nearest to it in another province, -1 for none")
    inhabited = small("0/1", "its people are simulated")
    zone = small("0/1", "inside the special zone")
    levied = small("0/1", "a special-fund layer holds here")
    lapsed = small("0/1", "the notice of its special-fund scheme has not come yet this year")
    commercial = small("0/1", "a layer of commercial insurance holds here for somebody")
    poverty_line = real("yuan/year", "societal poverty line per head")


class ProvinceRow(Record):
    """A province: its network members and its lead hospital."""

    lead = index("", "provincial lead hospital, the first where there are several")
    other_leads = index("", "further provincial leads", MOST_LEADS)
    others = index("", "number of them")
    flows = real("", "this month's flows", len(Flow))
    stocks = count("persons", "patients by stage", len(Stage))
    member = index("", "network members", MOST_MEMBERS)
    members = index("", "number of them")
    neighbours = index("", "leads of the two nearest provinces", 2)
    stocked = mask("drugs stocked in the province", DRUGS)
    borne = real("yuan", "this month's costs, by quintile of the ill and bearer", 5 * len(Bearer))
