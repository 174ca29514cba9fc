import asyncio
from threading import Event, get_ident

import pytest
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import CredentialRetrievalError

from query_api.aws.credentials import CredentialSource
from query_api.exceptions import RefusedError

from ...support.waiting import wait_for, wait_for_another


class FakeSession:
    """Returns or raises the results in turn; records the threads of its calls."""

    def __init__(self, *results):
        self.results = list(results)
        self.threads = []
        self.may_return = Event()
        self.may_return.set()

    def get_credentials(self):
        self.threads.append(get_ident())
        assert self.may_return.wait(10)
        result = self.results.pop(0) if len(self.results) > 1 else self.results[0]
        if isinstance(result, Exception):
            raise result
        return result


class FakeCredentials:
    def __init__(self, name):
        self.frozen = ReadOnlyCredentials(name, "secret", None)

    def get_frozen_credentials(self):
        return self.frozen


OLD, NEW = FakeCredentials("old"), FakeCredentials("new")
FAILURE = CredentialRetrievalError(provider="a test", error_msg="no")


def test_botocore_is_called_once_and_never_on_the_event_loop():
    session = FakeSession(OLD)
    source = CredentialSource(session)

    async def run():
        return await asyncio.gather(*(source.get() for _ in range(5))), await source.get()

    first, again = asyncio.run(run())

    assert {*first, again} == {OLD.frozen}
    assert len(session.threads) == 1
    assert get_ident() not in session.threads


def test_the_current_credentials_stay_in_use_during_a_renewal():
    session = FakeSession(OLD, NEW)
    source = CredentialSource(session, renew_every_s=0)

    async def run():
        first = await source.get()
        session.may_return.clear()
        meanwhile = await source.get()
        session.may_return.set()
        await wait_for_another(source.get, OLD.frozen)
        return first, meanwhile, await source.get()

    assert asyncio.run(run()) == (OLD.frozen, OLD.frozen, NEW.frozen)


def test_a_failed_renewal_is_logged_and_the_current_credentials_stay_in_use(caplog):
    session = FakeSession(OLD, FAILURE)
    source = CredentialSource(session, renew_every_s=0)

    async def run():
        await source.get()
        await source.get()
        await wait_for(lambda: caplog.records)
        return await source.get()

    assert asyncio.run(run()) == OLD.frozen
    assert "CredentialRetrievalError" in caplog.text


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (None, "NoCredentialsError"),
        (FAILURE, "CredentialRetrievalError"),
        (RuntimeError("refreshed, but expired"), "RuntimeError"),
    ],
)
def test_missing_credentials_are_refused_and_looked_up_again_later(result, code):
    session = FakeSession(result)
    source = CredentialSource(session)

    async def run():
        for expected in (code, "NoCredentialsError"):
            with pytest.raises(RefusedError) as caught:
                await source.get()
            assert caught.value.code == expected

    asyncio.run(run())

    assert len(session.threads) == 1


def test_a_cancelled_request_does_not_cancel_the_renewal_for_others():
    session = FakeSession(OLD)
    session.may_return.clear()
    source = CredentialSource(session)

    async def run():
        impatient, patient = (asyncio.create_task(source.get()) for _ in range(2))
        await wait_for(lambda: session.threads)
        impatient.cancel()
        await asyncio.wait([impatient])
        session.may_return.set()
        return await patient

    assert asyncio.run(run()) == OLD.frozen
