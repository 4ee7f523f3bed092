"""What the world keeps of a drug and its manufacturer."""

from agents.codes import ResponseClass
from agents.core.record import Record, code, index, month, real, small


class DrugRow(Record):
    """One drug and its manufacturer."""

    price = real("yuan/year", "price now, for a patient of the weight below")
    list_price = real("yuan/year", "price at launch")
    record_price = real("yuan/year", "price at which it was listed, as it happened")
    donated_share = real("0-1", "share of the list price given as vials")
    treated = real("", "patients treated this year, by dose")
    billed = real("yuan", "billed this year")
    qaly_gain = real("QALY/year", "health gain per year of treatment by the health rules")
    found = real("persons", "diagnosed patients for whom doctors would choose it, by dose")
    known = real("persons", "of whom the registry knows")
    volume = real("persons", "patients treated last year, by dose")
    expected = real("persons", "patients expected when its price was agreed, 0 if nobody counted")
    effect = real("0-1", "by how much it slows the growth of severity in a full responder")
    eligible_share = real("0-1", "share of patients for whom doctors would choose it")
    typical_weight = real("kg", "weight of the patient for whom the price is quoted")
    hastened = real("month", "by how much incentives have made its development shorter")
    approved = month("approved")
    record_listed = month("listed, as it happened")
    listed_month = month("listed in this run")
    agreed = month("price agreed, or its renewal refused, last")
    donation_from = month("first month of the donation programme")
    donation_until = month("last month of the donation programme")
    disease = index("", "disease")
    next_drug = index("", "the next of its disease's drugs by effect, -1 for none")
    number = small("", "place among its disease's drugs in the table: the key of draws")
    response = code(ResponseClass, "response class")
    effect_months = index("month", "how long what is paid once works")
    listed = small("0/1", "on the national reimbursement list now")
    by_weight = small("0/1", "dosed by body weight")
    early = index("month", "by how much it was launched before its approval on record")
    rivals = small("0/1", "a competitor has lowered its prices")
    alternatives = small("", "other drugs of its disease on the list, older ones aside")
    older = small("0/1", "older treatment, part of what illness costs without the other drugs")
    paid_once = small("0/1", "paid once, not year by year")
    launched = month("first sold under the policy, incentives counted")
    refused = month("first refused for its price, with a right of appeal")
