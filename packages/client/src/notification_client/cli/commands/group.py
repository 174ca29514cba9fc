"""The command group `notifications`."""

from typing import Any, Final

import click

from notification_client.cli.endings import INTERRUPTED, PIPE_CLOSED
from notification_client.cli.surroundings import Surroundings

_EPILOG: Final = """
\b
Examples:
  What did a user receive yesterday evening?
    notifications user test_user_001 --since "yesterday evening"
  Which application fails, and why?
    notifications summary failures --since 1h --by ap_id,error_msg
  How did a campaign do? As a spreadsheet:
    notifications summary campaign spring --by status,hour --format csv

\b
A TIME is one of these, on the clocks of --tz:
  2h, 30m, 7d, "2 hours ago"     so long ago; a day is 24 hours
  today, yesterday, 2026-11-24   a day
  "yesterday evening"            a part of a day:
                                   morning    06:00 to 12:00
                                   afternoon  12:00 to 18:00
                                   evening    18:00 to 24:00
                                   night      22:00 to 06:00
  18:00, "2026-11-24 18:00"      a time of a day
  2026-11-24T18:00:00+08:00      an instant
  now

\b
A day, or a part of one, gives both ends: `--since yesterday` ends at
midnight. With `--until now` it goes on to now. `--until yesterday` ends with
yesterday, `--until 18:00` before 18:00.

\b
Exit statuses:
  0    done, whether or not any notification was found
  1    a problem, described on standard error
  2    a wrong option
  130  Ctrl-C; what was written ends with a whole line
  141  nobody reads the output any more

Put `--` before an ID that begins with a dash.
"""


class _Group(click.Group):
    """Lists commands as they are added, and ends as programs in a pipeline do."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            ctx.exit(PIPE_CLOSED)
        except OSError as error:  # the client translates those of the network
            raise click.ClickException(f"cannot write: {error.strerror}") from error


@click.group(cls=_Group, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="notification-client")
@click.pass_context
def notifications(context: click.Context) -> None:
    """List and count notifications."""
    context.ensure_object(Surroundings)
