"""What the world keeps of a hospital, and of the paths by which hospitals refer."""

from agents.codes import PathKind, Rank, Role, Specialty, Tier
from agents.core.limits import DRUGS
from agents.core.record import Record, code, count, index, mask, month, real, small


class HospitalRow(Record):
    """One hospital; a city's county hospitals are pooled into one."""

    skill = real("logit", "diagnostic skill by specialty", len(Specialty))
    slots = real("1/month", "rare-disease consultations")
    teaching = real("1/month", "of these taken up by its pupils")
    asked = real("1/year", "real cases that its pupils would share with it this year")
    granted = real("0-1", "part of them for which it has slots")
    carried = real("", "slots carried over to the next month, less what reporting has taken")
    wait = real("month", "expected wait: last month's queue over its slots")
    inclined = real("logit", "own willingness to refer, at the usual load")
    willing = real("0-1", "probability that a failed consultation leads to a referral")
    load = real("1", "part of its slots that were used last year")
    heard = real("0-1", "part of last year's cases solved on its referral of which it heard")
    returned = real("0-1", "part of them that came back to it for follow-up")
    opened = real("", "slots opened this year")
    told = real("", "cases solved on its referral this year of which it hears")
    gained = real("logit", "skill gained since the last noticeable step")
    fresh = count("", "cases confirmed this month, by specialty", len(Specialty))
    cases = count("", "consultations this year, by specialty", len(Specialty))
    confirmed = count("", "cases confirmed since the start")
    seen = count("", "consultations this year")
    found = count("", "diagnoses this year")
    waiting = count("", "patients in the queue")
    resolved = count("", "cases solved elsewhere on its referral this year")
    back = count("", "of them back for follow-up")
    first_edge = count("", "first of its referral paths")
    edges = count("", "number of its referral paths")
    stocked = mask("drugs in stock", DRUGS)
    city = index("", "city")
    province = index("", "province")
    mentor = index("", "mentoring hospital, -1 for none")
    renewed = month("skill last rose noticeably")
    tier = code(Tier, "tier")
    rank = code(Rank, "tier without the distinction of centres")
    role = code(Role, "role in the network, once in it")
    joined = small("", "list of the network that named it: 0 none, else its number")
    network = small("0/1", "in the network now")
    researches = small("0/1", "takes part in the research registry")


class EdgeRow(Record):
    """One referral path between two hospitals."""

    to = count("", "hospital it leads to")
    sent = count("", "patients referred this year")
    followed = count("", "of whom followed the referral")
    kind = code(PathKind, "direction")
    open = small("0/1", "open under the policy in force")
