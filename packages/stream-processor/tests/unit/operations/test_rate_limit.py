from stream_processor.operations.rate_limit import RateLimit


class Clock:
    def __init__(self):
        self.now_s = 100.0
        self.waits = []

    def sleep(self, seconds):
        self.waits.append(seconds)


def make_limit(clock, per_second):
    return RateLimit(per_second, clock.sleep, lambda: clock.now_s)


def test_simultaneous_callers_are_spread_evenly():
    clock = Clock()
    limit = make_limit(clock, per_second=4)

    for _ in range(4):
        limit.wait()

    assert clock.waits == [0.25, 0.5, 0.75]


def test_a_late_caller_does_not_wait():
    clock = Clock()
    limit = make_limit(clock, per_second=4)

    for _ in range(3):
        limit.wait()
        clock.now_s += 1

    assert clock.waits == []


def test_idle_time_is_not_made_up_for():
    clock = Clock()
    limit = make_limit(clock, per_second=4)
    limit.wait()
    clock.now_s += 60

    limit.wait()
    limit.wait()

    assert clock.waits == [0.25]
