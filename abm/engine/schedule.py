"""One month of the world, in the order of the model's description.

Plain Python that calls the phases; the whole order of events can be read here at a glance.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from abm.engine import phases
from abm.engine.scorecard import Judged, figures, judged
from abm.engine.terms import alike, terms_of
from abm.policy import Policy
from abm.setup.apply_policy import apply_policy
from abm.setup.initial_state import Setup
from abm.setup.risk_pools import open_funds
from agents.codes import Catalogue, Reply, Settlement, Stage
from agents.core.record import longer
from agents.records.bill import BillRow
from agents.state import State

FORWARD = ("launch_forward", "ahead_of_approval")
"""What brings the launch of drugs forward, from when it comes into force."""


@dataclass
class Schedule:
    """A state, and what is needed to move it on by a month.

    Attributes:
        state: The world.
        seed: The key of all draws.
        scale: Simulated patients per real one.
        queue: Rows of the patients waiting, the longest wait at each hospital first.
        unfunded: Rows of the patients whom a fund refused for want of money, in line.
        new_terms: Whether the policy has changed since the funds' income was set.
        asked_under: The terms under which those without a drug last looked, if a policy has been
            put into force since; else None.
        judged: The years of spending judged when the year began, where a policy has triggers.
    """

    state: State
    seed: int
    scale: float
    queue: np.ndarray
    unfunded: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    new_terms: bool = False
    asked_under: State | None = None
    judged: Judged | None = None

    def copy(self) -> "Schedule":
        """Return one that shares nothing with this one."""
        return replace(
            self, state=self.state.copy(), queue=self.queue.copy(), unfunded=self.unfunded.copy()
        )

    def step_month(self, month: int, policy: Policy, setup: Setup) -> None:
        """Live one month of the scenario: last year's books, a change of policy, the month."""
        if month % 12 == 0:
            phases.close_books(self.state)
            self.state.params["births_per_insured"] = setup.births_per_insured(month)
            self.judged = judged(self.state) if policy.triggers else None
        if policy.changes_in(setup.world.date(month)):
            self.apply_policy(policy, month, setup)
        self.look_again(month)
        self.live_month(month)

    def next_policy(self, month: int, policy: Policy, setup: Setup) -> Policy:
        """Return the policy that holds after a month: in December its triggers can change it."""
        if (month + 1) % 12 or not policy.triggers:
            return policy
        year = setup.world.first_year + month // 12
        return policy.after_year(
            year, figures(self.state, self.judged), setup.world.date(month + 1)
        )

    def branch(self, month: int, new: Policy, setup: Setup) -> "Schedule":
        """Return one that shares nothing with this one and lives on under another policy.

        Args:
            month: The next month to live.
            new: The policy in force there.
            setup: What does not change.
        """
        other = self.copy()
        if month == 0:  # pools of the old policy have not had any effect yet
            open_funds(other.state, setup.world, setup.pools, setup.heads)
        other.apply_policy(new, month, setup)
        return other

    def apply_policy(self, policy: Policy, month: int, setup: Setup) -> None:
        """Put the levers of a month into force; the terms until now are kept."""
        if self.asked_under is None:
            self.asked_under = terms_of(self.state)
        levers = policy.levers_at(setup.world.date(month))
        before = self.state.levers.copy()
        self.state = apply_policy(self.state, levers, setup)
        for row, was in zip(self.state.levers, before, strict=True):
            if any(row[name] != was[name] for name in FORWARD):
                row.launch_since = month
        if self.is_by_rule:
            phases.review_catalogue(self.state, month)
        self.new_terms = True

    @property
    def is_by_rule(self) -> bool:
        """Whether the catalogue holds what meets an inclusion principle."""
        return bool(self.state.levers["catalogue"][0] == Catalogue.RULE)

    def review_catalogue(self, month: int) -> None:
        """January: where the catalogue follows a rule, those ask to whom it now gives more."""
        if self.is_by_rule:
            before = terms_of(self.state)
            if phases.review_catalogue(self.state, month):
                self.renew(before, month)

    def look_again(self, month: int) -> None:
        """After a change of policy those ask again whose own terms have changed."""
        before, self.asked_under = self.asked_under, None
        if before is not None:
            self.renew(before, month)

    def renew(self, before: State, month: int) -> None:
        """Renew stocks whose terms have changed, then let those ask whose terms have changed."""
        phases.restock(self.state, before, month, self.seed)
        same = alike(self.state.layers, before.layers)
        phases.retry_treatment(self.state, before, same, BillRow.array(1), month, self.seed)

    def live_month(self, month: int) -> None:
        """Live one month under the policy in force."""
        self.make_room()
        if month % 12 == 0:
            self.open_the_year(month)
            self.review_catalogue(month)
        drugs = self.state.drugs.copy()
        new_list = phases.update_list(self.state, month, self.seed)
        if new_list or phases.supply_changes(self.state, month):
            self.renew(terms_of(self.state)._replace(drugs=drugs), month)
        if self.state.counters["refunds"][0]:
            phases.pay_refunds(self.state, month)
        self.collect(month)
        self.renew_notices(month)
        self.call_back(month)
        phases.take_up(self.state, month)
        phases.pay_programmes(self.state)
        billed = self.seek_care(month)
        self.examine(month)
        self.treat(billed, month)
        if month % 12 == 11:  # before all other patients', who get what the rest leaves
            phases.close_households_year(self.state, month, self.seed)
        phases.pay_other_patients(self.state)
        if month >= 0:  # the table's skills are those of the first month
            phases.learn_from_cases(self.state, self.scale, month)

    def open_the_year(self, month: int) -> None:
        """January: cover, premiums, incomes; hospitals train and stock; claims are screened."""
        phases.renew_insurance(self.state, month, self.seed)
        phases.sell_commercial_cover(self.state, month, self.seed)
        dearer = phases.answer_shortages(self.state, month)
        phases.raise_incomes(self.state, month, self.seed, dearer)
        cases = self.state.hospitals["cases"].sum(axis=0)
        mix = cases / max(1, cases.sum())
        phases.open_the_year(self.state, mix, self.scale, month)
        phases.stock_up(self.state, month, self.seed)
        if any(self.state.levers["claims_screening"] > 0.0):
            phases.screen_claims(self.state, month, self.seed)
        if any(self.state.levers["patient_cohort"] > 0.0):
            phases.keep_in_touch(self.state, month, self.seed)
        phases.report_known(self.state, month, self.seed)

    def renew_notices(self, month: int) -> None:
        """Where a late notice of a special fund's scheme has come, those ask who waited for it.

        What a fund forecasts in January does not hang on it.
        """
        if not (self.state.levers["lapse"].any() or self.state.cities["lapsed"].any()):
            return
        before = terms_of(self.state)
        if phases.renew_notices(self.state, month, self.seed):
            self.renew(before, month)

    def collect(self, month: int) -> None:
        """Set the funds' income where a year or a policy begins, and receive a month of it."""
        if month % 12 == 0 or self.new_terms:
            phases.set_income(self.state, BillRow.array(1), month, self.seed)
            self.new_terms = False
        phases.receive_income(self.state, month)

    def call_back(self, month: int) -> None:
        """Those refused for want of money ask again as soon as there is money."""
        if not len(self.unfunded):
            return
        stage = self.state.patients["stage"][self.unfunded]
        self.unfunded = self.unfunded[(stage == Stage.DIAGNOSED) | (stage == Stage.INTERRUPTED)]
        self._leave_who_asks(month)
        phases.call_back(self.state, self.unfunded, month)
        self._leave_who_asks(month)

    def _leave_who_asks(self, month: int) -> None:
        """Take out of the line who looks again this month anyway."""
        self.unfunded = self.unfunded[self.state.patients["due"][self.unfunded] > month]

    def seek_care(self, month: int) -> np.ndarray:
        """Onset, seeking care, choosing a hospital; return the rows for whom a bill is due."""
        n = int(self.state.counters["patients"][0])
        due = np.empty(n, np.int32)
        due = due[: phases.find_due(self.state, month, due)]
        joined, billed = np.empty(len(due), np.int32), np.empty(len(due), np.int32)
        joins, bills = phases.wake(self.state, due, month, self.seed, joined, billed)
        joined = joined[:joins].copy()
        turn = np.empty(joins, np.int64)
        phases.turns(self.state, joined, self.seed, turn)
        waiting = self.queue[self.state.patients["stage"][self.queue] == Stage.WAITING]
        self.queue = np.concatenate([waiting, joined[np.argsort(turn, kind="stable")]])
        return billed[:bills].copy()

    def examine(self, month: int) -> None:
        """Every hospital sees its queue up to its slots."""
        hospital = self.state.patients["hospital"][self.queue]
        starts = np.zeros(len(self.state.hospitals) + 1, np.int64)
        np.cumsum(np.bincount(hospital, minlength=len(starts) - 1), out=starts[1:])
        grouped = self.queue[np.argsort(hospital, kind="stable")]
        left = phases.see_patients(self.state, grouped, starts, month, self.seed)
        self.queue = grouped[:left].copy()

    def treat(self, billed: np.ndarray, month: int) -> None:
        """Quote all bills, hear the requests for grants, weigh the funds, settle in line."""
        bills = BillRow.array(len(billed))
        bills["patient"] = billed
        phases.quote_bills(self.state, bills, month, self.seed)
        asking = np.flatnonzero(bills["reply"] == Reply.NEEDS_GRANT)
        order = self.line_up(bills["patient"][asking], bills["key"][asking])
        phases.give_grants(self.state, bills, asking[order], month)
        phases.weigh_funds(self.state, bills, month)
        self.make_room_for_refunds(len(bills))
        phases.settle_bills(self.state, bills, self.line_up_at_funds(bills), month, self.seed)
        self.put_in_line(billed[bills["reply"] == Reply.UNFUNDED])

    def put_in_line(self, refused: np.ndarray) -> None:
        """Put those whom a fund has just refused for want of money in line, by its rule."""
        if not len(refused):
            return
        keys = np.empty(len(refused))
        phases.line_of_unfunded(self.state, refused, keys)
        rows = np.concatenate([self.unfunded, refused[self.line_up(refused, keys)]])
        keys = np.empty(len(rows))
        phases.line_of_unfunded(self.state, rows, keys)
        self.unfunded = rows[np.argsort(keys, kind="stable")]

    def line_up(self, patients: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Return the order in which bills are heard: by their key, ties by a keyed draw."""
        turn = np.empty(len(patients), np.int64)
        phases.turns(self.state, patients, self.seed, turn)
        return np.lexsort((turn, keys))

    def line_up_at_funds(self, bills: np.ndarray) -> np.ndarray:
        """Return the order in which bills are settled.

        Those come first for which every fund has the money that it owes: their order decides
        nothing. Each short fund has a line of its own, by its own rule; the lines are served side
        by side, each from its first to its last. So places at different funds are never compared.
        """
        line = bills["line"]
        paid, waiting = np.flatnonzero(line < 0), np.flatnonzero(line >= 0)
        if not len(waiting):
            return paid
        turn = np.empty(len(waiting), np.int64)
        phases.turns(self.state, bills["patient"][waiting], self.seed, turn)
        order = np.lexsort((turn, bills["key"][waiting], line[waiting]))
        _, start, length = np.unique(line[waiting][order], return_index=True, return_counts=True)
        served = (np.arange(len(waiting)) - np.repeat(start, length) + 0.5) / np.repeat(
            length, length
        )
        return np.concatenate([paid, waiting[order[np.lexsort((turn[order], served))]]])

    def make_room_for_refunds(self, bills: int) -> None:
        """Make sure that so many bills could be refunded later, where payers wait."""
        need = int(self.state.counters["refunds"][0]) + bills
        waits = (self.state.levers["settlement"] == Settlement.UNCLEAR).any()
        if waits and need > len(self.state.refunds):
            self.state = self.state._replace(refunds=longer(self.state.refunds, 2 * need))

    def make_room(self) -> None:
        """Make sure that a month's new entries of the event log have room."""
        counters = self.state.counters[0]
        need = counters.events + 8 * counters.followed
        if need > len(self.state.event_log):
            self.state = self.state._replace(event_log=longer(self.state.event_log, 2 * need))
