"""The table of contents of the portal (design.md section 5)."""

from django.urls import include, path

from refunds import schemes
from refunds.inquiry import views as inquiry
from refunds_portal import errors, health, home, metrics, pages
from refunds_portal.manual import views as manual

urlpatterns = [
    path("", home.home, name="home"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
    # The six tabs, and the phone's way in
    path("user-center/", pages.user_center, name="user-center"),
    path("tax-service/", pages.tax_service, name="tax-service"),
    path("inquiry/", pages.inquiry, name="inquiry"),
    # Of one application, for whoever holds its number or its receipt
    path("inquiry/station/", inquiry.station, name="inquiry-station"),
    path("inquiry/receipt/", inquiry.verify, name="inquiry-receipt"),
    path("interaction/", pages.interaction, name="interaction"),
    path("interaction/questions/", include("inbox.questions.urls")),
    path("interaction/ratings/", include("inbox.ratings.urls")),
    path("public-service/", pages.public_service, name="public-service"),
    path("public-service/offices/", pages.offices, name="offices"),
    path("manual/", manual.index, name="manual"),
    path("manual/<slug:name>/", manual.page, name="manual-page"),
    path("personal-service/", pages.personal_service, name="personal-service"),
    path("personal-service/display/", pages.change_display, name="display"),
    path("more/", pages.more, name="more"),
    path("social-refund/", pages.social_refund, name="social-refund"),
    # Doors
    path("accounts/", include("accounts.urls")),
    # One for each scheme, under its code: /pension/, /medical/
    *(path(f"{scheme.code}/", include(f"{scheme.app}.urls")) for scheme in schemes.every()),
    path("bankreports/", include("bankreports.urls")),
    path("refunds/", include("refunds.urls")),
    path("messages/", include("inbox.urls")),
    path("review/", include("review.urls")),
    path("handoff/", include("handoff.urls")),
    path("administration/parameters/", include("refunds.parameters.urls")),
    path("administration/wordings/", include("inbox.wording.urls")),
    path("administration/", include("handoff.running.urls")),
    path("administration/", include("accounts.administration.urls")),
    # Operations
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
