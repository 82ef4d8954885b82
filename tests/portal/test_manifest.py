"""The portal on the first screen of a phone."""

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db


def test_the_portal_can_be_installed(client):
    page = client.get("/accounts/login/").content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest">' in page
    response = client.get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    said = response.json()
    assert (said["display"], said["start_url"], said["scope"]) == ("standalone", "/", "/")
    assert f'<meta name="theme-color" content="{said["theme_color"]}">' in page
    for icon in said["icons"]:
        with open(finders.find(f"portal/icon-{icon['sizes'].split('x')[0]}.png"), "rb") as file:
            width, height = (int.from_bytes(file.read(24)[at : at + 4]) for at in (16, 20) if not file.seek(0))
        assert (icon["type"], f"{width}x{height}") == ("image/png", icon["sizes"])
    assert {"192x192", "512x512"} == {icon["sizes"] for icon in said["icons"] if icon["purpose"] == "any"}
