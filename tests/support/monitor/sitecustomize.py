"""Start-up hook of Python in every process that a test starts: tests/conftest.py puts the folder on its path."""

import sys

# Only the product's processes: pymongo would cost every engine that starts a quarter of a second.
if process := next((word for word in sys.orig_argv if word.startswith(("services.", "shared."))), ""):
    from tests.support.stable_api import Violations, monitor

    monitor(Violations.from_environment(), process.partition(":")[0])
