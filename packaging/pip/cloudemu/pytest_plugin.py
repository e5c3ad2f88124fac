"""Fixtures for pytest: `cloudemu`, an account of its own for each test, on one daemon for the run."""
import os

import pytest

import cloudemu as library

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
# Workers of pytest-xdist have a daemon each, or share that of CLOUDEMU_URL: their accounts differ either way.
_accounts = library.accounts(int(_WORKER[2:] or 0) * 1_000_000 + 1)


@pytest.fixture(scope="session")
def cloudemu_daemon():
    """The daemon of this run: that of CLOUDEMU_URL, or one in memory."""
    url = os.environ.get("CLOUDEMU_URL")
    if url:
        yield library.Account(url)
        return
    with library.start() as daemon:
        yield daemon


@pytest.fixture
def cloudemu(cloudemu_daemon, monkeypatch):
    """An account of this test's own; the environment names it, so that clients made without arguments find it."""
    account = library.Account(cloudemu_daemon.url, next(_accounts))
    for name, value in account.env.items():
        monkeypatch.setenv(name, value)
    return account
