"""Running scripts as a stranger would: in a fresh Python that cannot see this package."""

import json
import os
import subprocess
import sys

DRIVER = """
import contextlib, io, json, sys
printed = []
for text in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        try:
            exec(compile(text, "script.py", "exec"), {"__name__": "__main__"})
        except RuntimeError as error:
            print(f"RuntimeError: {error}")
    printed.append(said.getvalue())
assert not [name for name in sys.modules if name.partition(".")[0] == "explainer"]
json.dump(printed, sys.stdout)
"""


def outputs(texts, folder):
    """Return what each of the scripts prints, all run in one process that starts in ``folder``."""
    hidden = {"PYTHONPATH", "EXPLAINER_SCENES"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    command = [sys.executable, "-W", "error", "-c", DRIVER]
    done = subprocess.run(
        command, input=json.dumps(texts), cwd=folder, env=environment, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
