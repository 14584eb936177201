"""What all tests share: properties are tried with the same examples each time, in `make soak` with fresh ones."""

import os

from hypothesis import settings

settings.register_profile("steady", derandomize=True)
if not os.environ.get("POSTWACHT_SOAK"):
    settings.load_profile("steady")
