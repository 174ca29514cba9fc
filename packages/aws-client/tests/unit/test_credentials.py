import asyncio
import logging
from contextlib import suppress
from threading import Event, get_ident

import pytest

from aws_client.credentials import Credentials, RenewedCredentials
from aws_client.errors import RefusedError, UnavailableError

from ..support.waiting import wait_for, wait_for_another

OLD, NEW = Credentials("old", "secret"), Credentials("new", "secret")
DOWN = UnavailableError("CredentialRetrievalError")


class FakeLoad:
    """Returns or raises the results in turn, the last one again and again; records its calls."""

    def __init__(self, *results):
        self.results = list(results)
        self.calls = []
        self.threads = []
        self.may_return = Event()
        self.may_return.set()

    def __call__(self, is_refused):
        self.threads.append(get_ident())
        self.calls.append(is_refused)
        assert self.may_return.wait(10)
        result = self.results.pop(0) if len(self.results) > 1 else self.results[0]
        if isinstance(result, Exception):
            raise result
        return result


class Clock:
    def __init__(self):
        self.now_s = 1_000_000.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


def expire_in(clock, rest_s, name="key"):
    return Credentials(name, "secret", "token", clock.now_s + rest_s)


def test_botocore_is_called_once_and_never_on_the_event_loop(clock):
    load = FakeLoad(OLD)
    source = RenewedCredentials(load, clock)

    async def run():
        return await asyncio.gather(*(source.get() for _ in range(5))), await source.get()

    first, again = asyncio.run(run())

    assert {*first, again} == {OLD}
    assert load.calls == [False]
    assert get_ident() not in load.threads


def test_the_current_credentials_stay_in_use_during_a_renewal(clock):
    load = FakeLoad(OLD, NEW)
    source = RenewedCredentials(load, clock)

    async def run():
        first = await source.get()
        clock.now_s += 60
        load.may_return.clear()
        meanwhile = await source.get()
        load.may_return.set()
        await wait_for_another(source.get, OLD)
        return first, meanwhile, await source.get()

    assert asyncio.run(run()) == (OLD, OLD, NEW)


def test_a_failed_renewal_is_logged_and_the_current_credentials_stay_in_use(clock, caplog):
    source = RenewedCredentials(FakeLoad(OLD, DOWN), clock)

    async def run():
        await source.get()
        clock.now_s += 60
        await source.get()
        await wait_for(lambda: caplog.records)
        return await source.get()

    assert asyncio.run(run()) == OLD
    assert "CredentialRetrievalError" in caplog.text


def test_a_failure_that_a_request_receives_is_not_logged_too(clock, caplog):
    source = RenewedCredentials(FakeLoad(DOWN), clock)

    with pytest.raises(UnavailableError):
        asyncio.run(source.get())

    assert caplog.records == []


def test_the_first_request_after_a_rest_waits_for_new_credentials(clock):
    expiring = expire_in(clock, 63)
    source = RenewedCredentials(FakeLoad(expiring, NEW), clock)

    async def run():
        first = await source.get()
        clock.now_s += 66
        return first, await source.get()

    assert asyncio.run(run()) == (expiring, NEW)


@pytest.mark.parametrize("lifetime_s", [2, 30, 120, 900])
@pytest.mark.parametrize("step_s", [0.1, 1, 7, 45])
def test_credentials_of_any_lifetime_are_never_used_after_it(clock, lifetime_s, step_s):
    source = RenewedCredentials(lambda _: expire_in(clock, lifetime_s), clock)

    async def run():
        for _ in range(200):
            credentials = await source.get()
            assert credentials.expires_at_s > clock.now_s
            clock.now_s += step_s
            await asyncio.sleep(0)

    asyncio.run(run())


def test_refused_credentials_are_dropped_and_read_anew(clock):
    load = FakeLoad(OLD, NEW)
    source = RenewedCredentials(load, clock)

    async def run():
        old = await source.get()
        clock.now_s += 1
        source.drop(old)
        new = await source.get()
        source.drop(old)  # another request was signed with it, too
        return new, await source.get()

    assert asyncio.run(run()) == (NEW, NEW)
    assert load.calls == [False, True]


def test_refused_credentials_are_read_anew_at_most_once_a_second(clock):
    load = FakeLoad(OLD)
    source = RenewedCredentials(load, clock)

    async def run():
        for _ in range(100):  # for 10 seconds
            with suppress(UnavailableError):
                source.drop(await source.get())
            clock.now_s += 0.1

    asyncio.run(run())

    assert 5 <= len(load.calls) <= 11
    assert load.calls[0] is False
    assert all(load.calls[1:])


def test_dropped_credentials_are_unavailable_while_none_can_be_read(clock):
    load = FakeLoad(OLD, DOWN, DOWN, NEW)
    source = RenewedCredentials(load, clock)

    async def run():
        source.drop(await source.get())
        for _ in range(2):
            clock.now_s += 1
            for _ in range(3):
                with pytest.raises(UnavailableError, match="CredentialRetrievalError"):
                    await source.get()
        clock.now_s += 1
        return await source.get()

    assert asyncio.run(run()) == NEW
    assert len(load.calls) == 4


@pytest.mark.parametrize("failure", [DOWN, RefusedError("NoCredentialsError")])
def test_credentials_that_cannot_be_read_at_first_are_read_again_a_second_later(clock, failure):
    load = FakeLoad(failure, OLD)
    source = RenewedCredentials(load, clock)

    async def run():
        for _ in range(3):
            with pytest.raises(type(failure), match=failure.code):
                await source.get()
        clock.now_s += 1
        return await source.get()

    assert asyncio.run(run()) == OLD
    assert len(load.calls) == 2


def test_a_clock_that_is_set_back_does_not_keep_dropped_credentials_away(clock):
    source = RenewedCredentials(FakeLoad(OLD, NEW), clock)

    async def run():
        old = await source.get()
        clock.now_s -= 3600
        source.drop(old)
        return await source.get()

    assert asyncio.run(run()) == NEW


def test_a_cancelled_request_does_not_cancel_the_renewal_for_others(clock):
    load = FakeLoad(OLD)
    load.may_return.clear()
    source = RenewedCredentials(load, clock)

    async def run():
        impatient, patient = (asyncio.create_task(source.get()) for _ in range(2))
        await wait_for(lambda: load.threads)
        impatient.cancel()
        await asyncio.wait([impatient])
        load.may_return.set()
        return await patient

    assert asyncio.run(run()) == OLD


def test_no_text_of_credentials_contains_a_secret():
    credentials = Credentials("key", "secret-canary", "token-canary")

    assert "canary" not in repr(credentials)
    assert "canary" not in str(credentials)


@pytest.fixture(autouse=True)
def _log_warnings(caplog):
    caplog.set_level(logging.WARNING)
