"""The context that Lambda gives a function."""


class LambdaContext:
    """As much of it as a handler asks for."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Tell how long the invocation may still take."""
        return 60_000
