"""What worker processes do in the tests of the pools; they import it by name."""

import os
import signal
import time

from tests.support.waiting import LONG, wait_until


def double(number: int) -> int:
    return 2 * number


def fail_on_odd(number: int) -> int:
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number


def die_on_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return number


def mark(path: str) -> None:
    with open(path, "a") as file:
        file.write("ready\n")


def after(task: tuple[str, int]) -> bool:
    """Return whether what was to be prepared is there."""
    return os.path.exists(task[0])


def tell_and_wait(path: str) -> None:
    with open(path, "w") as file:
        file.write(str(os.getpid()))
    time.sleep(10 * LONG)


def wait_for_file(path: str) -> None:
    """End when a file is there."""
    wait_until(lambda: os.path.exists(path), f"{path} being made")
