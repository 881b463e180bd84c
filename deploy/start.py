"""Where the `motcua` command begins."""

from __future__ import annotations

import gc


def main() -> None:
    """Import what there is, and run the command.

    What imports make stays: to look through it for garbage meanwhile takes a tenth of the start.
    """
    gc.disable()
    from deploy.cli import main as command

    gc.freeze()
    gc.enable()
    command()
