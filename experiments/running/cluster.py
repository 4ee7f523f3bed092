"""A Dask cluster in place of own processes."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from abm.errors import UserError

PATIENCE = 10
"""Seconds to wait for a scheduler."""


@contextmanager
def cluster_executor(address: str | None) -> Iterator[Executor | None]:
    """Yield an executor on a Dask cluster, or None without an address.

    Args:
        address: Address of the scheduler ("tcp://host:8786").

    Raises:
        UserError: If Dask is not installed or the scheduler cannot be reached.
    """
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise UserError(
            "--cluster needs Dask, which is not installed: pip install distributed"
        ) from None
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError, TypeError) as error:
        raise UserError(f"--cluster {address}: no scheduler answers ({error})") from None
    with client:
        yield client.get_executor(pure=False)
