"""`python -m mailhub` is `mailhub`."""

import sys

from mailhub.app.cli import main

sys.exit(main())
