#!/usr/bin/env python
"""Django's command-line entry point."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refunds_portal.settings")
    if sys.argv[1:2] == ["demo"]:
        # Before the settings are read: they decide by it where secrets and SMS codes come from.
        os.environ.setdefault("PORTAL_DEMO", "1")
    if sys.argv[1:2] == ["check_production"]:
        # The settings stop at the first variable that is wrong; this names all of them.
        from refunds_portal.production import environment

        environment.refuse()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
