"""The stock Django admin over the same table, behind the portal's own middleware: what a page of its list costs."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest
from django.urls import path

from pension.models import PensionRefund
from refunds_portal.urls import urlpatterns as portal


class Stock(AdminSite):
    """Open to whoever is signed in: it is measured, not used."""

    def has_permission(self, request: HttpRequest) -> bool:
        return True

    def get_log_entries(self, request: HttpRequest) -> Any:
        return []

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "available_apps": []}


class Refunds(ModelAdmin):
    """A list like ours: fifty rows, the same columns, most urgent first."""

    list_display = ("number", "applicant", "office", "amount", "warnings", "due_on", "submitted_at")
    list_select_related = ("applicant", "office", "organisation")
    list_per_page = 50
    ordering = ("due_on", "id")
    search_fields = ("number", "applicant__name")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    has_change_permission = has_add_permission = has_delete_permission = lambda self, request, obj=None: False


class Tuned(Refunds):
    """As its documentation advises for long tables."""

    show_full_result_count = False


plain, tuned = Stock("plain"), Stock("tuned")
plain.register(PensionRefund, Refunds)
tuned.register(PensionRefund, Tuned)
admins = [path("stock/", plain.urls), path("tuned/", tuned.urls)]
urlpatterns = [*portal, *admins]
