"""Keeps one program as its child, and ends it in order when the process that asked for it ends, however that ends.

Started by path, with the standard library only: `python -I -S keeper.py [options] -- COMMAND…`. The asking process
holds the other end of our standard input: when that closes, by intent or because the process was killed, the program
is told to end. A signal on parent death would not do there: the kernel sends it when the starting *thread* ends.
Between us and the program it does, since we have one thread; it is set after the change of user, which clears it.
"""

import argparse
import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1


def arguments() -> argparse.Namespace:
    """What to keep, as whom, and how it ends: `--ending INT,QUIT` sends SIGINT, and SIGQUIT when that is not enough."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--ending", default="INT,QUIT")
    parser.add_argument("--patience", type=float, default=60.0)
    parser.add_argument("--pid-file", type=Path)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    options.ending = [signal.Signals[f"SIG{name}"] for name in options.ending.split(",")]
    return options


def started(options: argparse.Namespace) -> "subprocess.Popen[bytes]":
    """The program, as the wanted user in a session of its own, so that Ctrl-C at the terminal passes it by."""

    def die_with_the_keeper() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, options.ending[0])

    owner = {"user": options.uid, "group": options.gid, "extra_groups": []} if options.uid is not None else {}
    child = subprocess.Popen(
        options.command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_the_keeper, **owner
    )
    if options.pid_file:
        options.pid_file.write_text(str(child.pid))
    return child


def wait_for_an_end(child: "subprocess.Popen[bytes]", parent: int) -> None:
    """Return when the program has ended, our standard input has closed or our parent is gone."""
    while child.poll() is None and os.getppid() == parent:
        readable, _, _ = select.select([0], [], [], 0.2)
        if readable and not os.read(0, 1):
            return


def end(child: "subprocess.Popen[bytes]", options: argparse.Namespace) -> None:
    """Tell the program to end, more firmly when it takes too long; then nothing of its group remains."""
    for ending in options.ending:
        if child.poll() is not None:
            break
        child.send_signal(ending)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(options.patience)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    if options.pid_file:
        options.pid_file.unlink(missing_ok=True)


def main() -> int:
    """Run the program until one side ends; answers with its exit code, 128 and the number where a signal ended it."""
    options = arguments()
    parent = os.getppid()
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, lambda *_: None)  # a handler, since an ignored signal would stay ignored in the child
    child = started(options)
    wait_for_an_end(child, parent)
    end(child, options)
    code: int = child.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
