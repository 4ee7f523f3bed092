"""What the world knows of a disease."""

from agents.codes import Catalogue, DiagnosticTest, NewbornPanel, ResponseClass, Specialty
from agents.core.record import Record, code, index, month, real, small


class DiseaseRow(Record):
    """A disease: how it shows, how it runs, what it answers to."""

    delay = real("month", "published median delay from onset to diagnosis")
    quiet = real("month", "mean time for which the symptoms pass for nothing much")
    seeking = real("ratio", "eagerness to seek care over that for persistent symptoms")
    known = month("from when it can be diagnosed at all")
    test_since = month("from when its test is in use")
    test_yield = real("0-1", "share of the cases that its test settles when it has come into use")
    without_test = real("0-1", "share of the diagnosis that can be made without its test")
    difficulty = real("logit", "difficulty of the diagnosis")
    severity_start = real("0-1", "severity at onset")
    growth = real("1/month", "growth of severity untreated")
    hazard = real("1/month", "hazard of death at severity 0")
    steep = real("1", "log of the hazard ratio between severity 1 and 0")
    early_hazard = real("1/month", "added hazard in the first months untreated")
    early_months = real("month", "how long the added hazard lasts")
    treated_ratio = real("1", "hazard over the untreated one at the same severity, mean response")
    effect = real("0-1", "by how much treatment slows the growth of severity in a full responder")
    onset_age = real("year", "mean age at onset")
    share_child = real("0-1", "share with onset in childhood")
    male = real("0-1", "share of men")
    screened = real(
        "0-1", "probability that newborn screening finds it, by panel", len(NewbornPanel)
    )
    prevalence = real("1/100,000", "prevalence")
    first_drug = index("", "the most effective of its drugs, -1 for none")
    specialty = code(Specialty, "specialty")
    response = code(ResponseClass, "response class")
    early_only = small("0/1", "responds only if treated early")
    test = code(DiagnosticTest, "test without which it cannot be diagnosed")
    catalogue = code(Catalogue, "list of the national catalogue that has it")
    pooled = small("0/1", "stands for many undetailed diseases")
    shortfall = real("0-1", "share of the healthy life left at onset that untreated illness takes")
    included = small("0/1", "met the inclusion principle when the catalogue was last reviewed")
