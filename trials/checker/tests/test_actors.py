import pytest

from trials.checker.actors import Actor, InlineExecutor


def create(name, log):
    def program(me):
        for number in range(3):
            log.append(f"{name}{number}")
            me.step()
        return name

    return Actor(name, program)


def test_programs_run_in_the_order_in_which_they_are_resumed():
    log = []
    first, second = create("a", log), create("b", log)

    for actor in (first, second, second, first):
        actor.resume()
    first.finish()
    second.finish()

    assert log == ["a0", "b0", "b1", "a1", "a2", "b2"]
    assert (first.result, second.result) == ("a", "b")


def test_a_killed_program_does_nothing_more():
    log = []
    actor = create("a", log)
    actor.resume()

    actor.kill()

    assert log == ["a0"]
    assert actor.is_done
    assert actor.error is None


def test_a_program_cannot_catch_its_end():
    def program(me):
        for _ in range(2):
            try:
                me.step()
            except Exception:  # noqa: BLE001
                pytest.fail("caught")

    actor = Actor("a", program)
    actor.resume()

    actor.kill()

    assert actor.is_done
    assert actor.error is None


def test_the_error_of_a_program_is_kept():
    def program(_):
        raise ValueError("wrong")

    actor = Actor("a", program)

    actor.finish()

    assert str(actor.error) == "wrong"


def test_an_inline_executor_raises_where_the_result_is_taken():
    results = InlineExecutor().map(int, ["1", "x"])

    assert next(results) == 1
    with pytest.raises(ValueError, match="invalid literal"):
        next(results)
