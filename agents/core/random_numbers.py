"""Random numbers: counter-based draws keyed on (seed, agent, decision, occasion).

A draw is a hash of its key, not the next number of a stream. So the same person meets the same
random numbers under every policy, whatever everybody else does, in any order, on any number of
workers. What happens at a time is keyed on the month; what happens at a visit on the visit's
number, so that a queue that moves a visit does not change its draws.

The hash is the finaliser of splitmix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom
number generators", OOPSLA) chained over the four keys.
"""

import math
from enum import IntEnum

from agents.core.jit import rule

_WORD = 0xFFFFFFFFFFFFFFFF
# Signed constants: numba turns signed times unsigned into a float.
_GOLDEN = 0x9E3779B97F4A7C15 - 2**64
_FIRST = 0xBF58476D1CE4E5B9 - 2**64
_SECOND = 0x94D049BB133111EB - 2**64


class Decision(IntEnum):
    """What is decided by a draw; the number is part of the key, so it never changes."""

    BIRTH_CITY = 1
    ONSET_AGE = 2
    SEX = 3
    RESIDENCE = 4
    INCOME = 5
    SCHEME = 6
    POOR = 7
    HOUSEHOLD = 8
    SAVINGS = 9
    LIFE = 10
    NATURAL_DEATH = 11
    ATYPICAL = 12
    RESPONSE = 13
    EAGERNESS = 14
    PRODROME = 15
    ENROLMENT = 16
    FOLLOWED = 17
    SEEK = 18
    CHOICE = 19
    OPTION = 20
    EXAMINE = 21
    LABEL = 22
    SPELL = 23
    REFER = 24
    REFER_WHERE = 25
    ACCEPT = 26
    REPORT = 27
    TURN = 28
    HEAR = 29
    GIVE_UP = 30
    SCREEN_NEWBORN = 31
    SCREEN_CLAIMS = 32
    STRENGTH = 33
    STOCK = 34
    GRANT = 35
    WATCH = 36
    MIGRANT = 37
    FOLLOW_UP = 38
    UPTAKE = 51
    ELIGIBLE = 52
    POOL_SPENDING = 60
    POOL_RESERVE = 61
    TEST_IN_VAIN = 62
    NEWS = 63
    LAPSE = 80
    APPEAL = 81
    APPEAL_FOR_DRUG = 82
    COMPETITOR = 85
    SHORTAGE = 86
    PHARMACY = 87
    WILLINGNESS = 90
    RESEARCH = 91
    COHORT = 92
    GUIDE = 93
    MOVE = 95
    PRODUCT_EVER = 100
    PRODUCT_LAUNCH = 101
    PRODUCT_CLAIMS = 102
    SWITCH = 105
    SETTLES = 110
    COME_BACK = 111
    COINCIDENCE = 112
    BACK = 113


@rule
def _mix(x: int) -> int:
    """Return splitmix64's finaliser of x; a signed shift copies the sign, so it is masked off."""
    x = ((x ^ ((x >> 30) & 0x3FFFFFFFF)) * _FIRST) & _WORD
    x = ((x ^ ((x >> 27) & 0x1FFFFFFFFF)) * _SECOND) & _WORD
    return x ^ ((x >> 31) & 0x1FFFFFFFF)


@rule
def bits(seed: int, agent: int, decision: int, occasion: int) -> int:
    """Return 53 random bits of this key as an integer."""
    x = _mix((seed + _GOLDEN) & _WORD)
    x = _mix((x + agent + _GOLDEN) & _WORD)
    x = _mix((x + decision + _GOLDEN) & _WORD)
    return (_mix((x + occasion + _GOLDEN) & _WORD) >> 11) & 0x1FFFFFFFFFFFFF


@rule
def uniform(seed: int, agent: int, decision: int, occasion: int) -> float:
    """Return one number in [0, 1)."""
    return bits(seed, agent, decision, occasion) * (1.0 / 9007199254740992.0)


@rule
def exponential(seed: int, agent: int, decision: int, occasion: int) -> float:
    """Return one number above 0 from the exponential distribution of mean 1."""
    return -math.log(1.0 - uniform(seed, agent, decision, occasion)) + 1e-12


@rule
def _tail(q: float) -> float:
    """Return the lower-tail part of the inverse normal, q = sqrt(-2 ln p)."""
    top = (
        (
            ((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q
            - 2.549732539343734
        )
        * q
        + 4.374664141464968
    ) * q + 2.938163982698783
    bottom = (
        ((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q
        + 3.754408661907416
    ) * q + 1.0
    return top / bottom


@rule
def inverse_normal(p: float) -> float:
    """Return the standard normal quantile of 0 < p < 1, with an error below 1.2e-9 relative.

    Acklam's rational approximation (P. J. Acklam 2003).
    """
    if p < 0.02425:
        return _tail(math.sqrt(-2.0 * math.log(p)))
    if p > 1.0 - 0.02425:
        return -_tail(math.sqrt(-2.0 * math.log(1.0 - p)))
    q = p - 0.5
    r = q * q
    top = (
        (
            (
                ((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r
                + 1.383577518672690e02
            )
            * r
            - 3.066479806614716e01
        )
        * r
        + 2.506628277459239
    ) * q
    bottom = (
        (
            ((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r
            + 6.680131188771972e01
        )
        * r
        - 1.328068155288572e01
    ) * r + 1.0
    return top / bottom


@rule
def normal(seed: int, agent: int, decision: int, occasion: int) -> float:
    """Return one number from the standard normal distribution, by inversion."""
    u = uniform(seed, agent, decision, occasion)
    return inverse_normal(min(max(u, 1e-16), 1.0 - 1e-16))


@rule
def log_normal(seed: int, agent: int, decision: int, occasion: int, spread: float) -> float:
    """Return one number from the log-normal distribution of mean 1.

    `spread` is the standard deviation of its logarithm.
    """
    drawn = normal(seed, agent, decision, occasion)
    return math.exp(spread * drawn - 0.5 * spread * spread)
