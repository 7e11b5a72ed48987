"""Keeps one PostgreSQL as its child, and ends it in order when the process that asked for it ends, however that ends.

Started by path, with the standard library only: `python -I -S keeper.py [--uid N --gid N] -- COMMAND…`. The asking
process holds the other end of our standard input: when that closes, by `stop()` or because the process was killed,
PostgreSQL gets a fast shutdown. A signal on parent death would not do there: the kernel sends it when the starting
*thread* ends. Between us and PostgreSQL it does, since we have one thread; it is set after the change of user, which
clears it.
"""

import argparse
import ctypes
import os
import select
import signal
import subprocess
import sys

PR_SET_PDEATHSIG = 1
ORDERLY_SECONDS = 60


def die_with_the_keeper() -> None:
    """Runs in the child, after the change of user: a fast shutdown when the keeper dies. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)


def started(options: argparse.Namespace) -> "subprocess.Popen[bytes]":
    """PostgreSQL, running as the wanted user in a session of its own, so that Ctrl-C at the terminal passes it by."""
    owner = {"user": options.uid, "group": options.gid, "extra_groups": []} if options.uid is not None else {}
    return subprocess.Popen(
        options.command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        umask=0o077,
        preexec_fn=die_with_the_keeper,
        **owner,
    )


def wait_for_an_end(server: "subprocess.Popen[bytes]", parent: int) -> None:
    """Return when PostgreSQL has ended, our standard input has closed or our parent is gone."""
    while server.poll() is None and os.getppid() == parent:
        readable, _, _ = select.select([0], [], [], 0.5)
        if readable and not os.read(0, 1):
            return


def end(server: "subprocess.Popen[bytes]") -> None:
    """A fast shutdown; an immediate one, which recovers at the next start, when that takes too long."""
    for ending in (signal.SIGINT, signal.SIGQUIT):
        if server.poll() is not None:
            return
        server.send_signal(ending)
        try:
            server.wait(ORDERLY_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def main() -> int:
    """Run PostgreSQL until one side ends; answers with its exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    parent = os.getppid()
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    server = started(options)
    wait_for_an_end(server, parent)
    end(server)
    return server.returncode or 0


if __name__ == "__main__":
    sys.exit(main())
