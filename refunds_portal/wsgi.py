"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refunds_portal.settings")
from refunds_portal.overload import Shedding  # noqa: E402 - it reads the settings

application = Shedding(get_wsgi_application())
# What is loaded by now stays as long as the process: the collector need not go through it whenever a long list is read.
gc.collect()
gc.freeze()
