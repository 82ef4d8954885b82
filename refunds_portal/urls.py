"""The table of contents of the portal."""

from django.urls import include, path

urlpatterns = [
    path("handoff/", include("handoff.urls")),
]
