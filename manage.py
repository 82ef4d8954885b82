#!/usr/bin/env python
"""Django's command-line entry point."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refunds_portal.settings")
    if sys.argv[1:2] == ["demo"]:
        # Before the settings are read: they decide by it where secrets and SMS codes come from.
        os.environ.setdefault("PORTAL_DEMO", "1")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
