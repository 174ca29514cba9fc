import asyncio
from threading import Event, get_ident

import pytest
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import CredentialRetrievalError

from query_api.aws.credentials import CredentialSource
from query_api.exceptions import RefusedError

from ...support.waiting import wait_for, wait_for_another


class FakeSession:
    """Gives what it is told to, and notes in which thread it was asked; waits where told to."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.threads = []
        self.may_answer = Event()
        self.may_answer.set()

    def get_credentials(self):
        self.threads.append(get_ident())
        assert self.may_answer.wait(10)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class FakeCredentials:
    def __init__(self, name):
        self.frozen = ReadOnlyCredentials(name, "secret", None)

    def get_frozen_credentials(self):
        return self.frozen


OLD, NEW = FakeCredentials("old"), FakeCredentials("new")
FAILURE = CredentialRetrievalError(provider="a test", error_msg="no")


def test_botocore_is_asked_once_and_never_on_the_event_loop():
    session = FakeSession(OLD)
    source = CredentialSource(session)

    async def ask():
        return await asyncio.gather(*(source.get() for _ in range(5))), await source.get()

    first, again = asyncio.run(ask())

    assert {*first, again} == {OLD.frozen}
    assert len(session.threads) == 1
    assert get_ident() not in session.threads


def test_requests_go_on_with_what_is_at_hand_while_botocore_is_asked():
    session = FakeSession(OLD, NEW)
    source = CredentialSource(session, ask_every_s=0)

    async def ask():
        first = await source.get()
        session.may_answer.clear()
        meanwhile = await source.get()
        session.may_answer.set()
        await wait_for_another(source.get, OLD.frozen)
        return first, meanwhile, await source.get()

    assert asyncio.run(ask()) == (OLD.frozen, OLD.frozen, NEW.frozen)


def test_credentials_that_cannot_be_renewed_are_used_on_and_it_is_logged(caplog):
    session = FakeSession(OLD, FAILURE)
    source = CredentialSource(session, ask_every_s=0)

    async def ask():
        await source.get()
        await source.get()
        await wait_for(lambda: caplog.records)
        return await source.get()

    assert asyncio.run(ask()) == OLD.frozen
    assert "CredentialRetrievalError" in caplog.text


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, "NoCredentialsError"),
        (FAILURE, "CredentialRetrievalError"),
        (RuntimeError("refreshed, but expired"), "RuntimeError"),
    ],
)
def test_no_credentials_are_a_refusal_and_are_looked_for_again_later(answer, code):
    session = FakeSession(answer)
    source = CredentialSource(session)

    async def ask():
        for expected in (code, "NoCredentialsError"):
            with pytest.raises(RefusedError) as caught:
                await source.get()
            assert caught.value.code == expected

    asyncio.run(ask())

    assert len(session.threads) == 1


def test_one_that_gives_up_waiting_does_not_end_the_wait_of_others():
    session = FakeSession(OLD)
    session.may_answer.clear()
    source = CredentialSource(session)

    async def ask():
        impatient, patient = (asyncio.create_task(source.get()) for _ in range(2))
        await wait_for(lambda: session.threads)
        impatient.cancel()
        await asyncio.wait([impatient])
        session.may_answer.set()
        return await patient

    assert asyncio.run(ask()) == OLD.frozen
