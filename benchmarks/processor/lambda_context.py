"""Lambda's context object."""


class LambdaContext:
    """The part of the context that the handler reads."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Return the time left for the invocation."""
        return 60_000
