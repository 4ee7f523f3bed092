"""A bill, while it is worked on."""

from agents.codes import Access, Reply
from agents.core.limits import LINES
from agents.core.record import Record, code, count, index, real, small


class BillRow(Record):
    """One bill of this month: a quarter or a year of treatment."""

    amount = real("yuan", "at list price")
    donated = real("yuan", "vials given away, at list price")
    outstanding = real("yuan", "what no layer owes so far")
    in_scope_outstanding = real("yuan", "the part of it that is in the scope of the list")
    household_share = real("yuan", "what is left to the household, before a grant")
    gap = real("yuan", "by how much that exceeds its means")
    granted = real("yuan", "grant")
    key = real("", "place in line")
    line = count("", "fund in whose line it stands, -1 for none")
    owed = real("yuan", "what each layer that pays owes", LINES)
    base = real("yuan", "the part of the bill that each of them looks at", LINES)
    refused = real("yuan", "what the fund of each of them has no money for", LINES)
    patient = count("", "row of the patient")
    fund = count("", "fund that pays for each of them", LINES)
    drug = index("", "drug that it is for")
    period = index("month", "months of treatment billed")
    payer = small("", "payer of each of them", LINES)
    lines = small("", "how many layers pay")
    reply = code(Reply, "what comes of it")
    access = code(Access, "where the drug is")
    hospital = index("", "hospital where it is if that is far, -1 for none")
    foundation = index("", "who gives the grant")
