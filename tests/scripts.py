"""Running scripts as a stranger would: in a Python that cannot see this package, each set in a process of its own."""

import atexit
import functools
import json
import os
import subprocess
import sys
import tempfile

DRIVER = """
import contextlib, io, json, os, sys, traceback
import torch

def printed(text):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        try:
            exec(compile(text, "script.py", "exec"), {"__name__": "__main__"})
        except RuntimeError as error:
            print(f"RuntimeError: {error}")
    return said.getvalue()

for line in sys.stdin:
    if child := os.fork():
        _, status = os.waitpid(child, 0)
        if status:
            print(json.dumps(f"ended with status {status}"), flush=True)
        continue
    try:
        folder, texts = json.loads(line)
        os.chdir(folder)
        found = [printed(text) for text in texts]
        assert not [name for name in sys.modules if name.partition(".")[0] == "explainer"]
    except BaseException:
        found = traceback.format_exc()
    print(json.dumps(found), flush=True)
    os._exit(0)
"""
"""Imports torch once, which takes seconds, and forks for every set of scripts."""


@functools.cache
def _stranger():
    hidden = {"PYTHONPATH", "EXPLAINER_SCENES"}
    started = subprocess.Popen(
        [sys.executable, "-P", "-W", "error", "-c", DRIVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tempfile.gettempdir(),
        env={name: value for name, value in os.environ.items() if name not in hidden},
    )
    atexit.register(started.kill)
    return started


def outputs(texts, folder):
    """Return what each of the scripts prints, all run in one process that starts in ``folder``."""
    stranger = _stranger()
    stranger.stdin.write(json.dumps([str(folder), texts]) + "\n")
    stranger.stdin.flush()
    found = json.loads(stranger.stdout.readline())
    assert isinstance(found, list), found
    return found
