"""Where the `motcua` command begins."""

from __future__ import annotations

import gc
import sys

from shared.dated import WrongRow


def main() -> None:
    """Import what there is, and run the command.

    What imports make stays: to look through it for garbage meanwhile takes a tenth of the start.
    """
    gc.disable()
    try:
        from deploy.cli import main as command
    except KeyboardInterrupt:
        sys.exit(130)
    except WrongRow as error:  # the calendar is read by whoever knows a day
        print(f"motcua: {error}", file=sys.stderr)
        sys.exit(2)
    gc.freeze()
    gc.enable()
    command()
