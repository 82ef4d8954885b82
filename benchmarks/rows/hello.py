"""The smallest things that can be POSTed to, among the portal's own addresses and behind its own middleware: one that only
answers, and one that stores a row before it does."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from refunds_portal.urls import urlpatterns as portal


@csrf_exempt
@login_not_required
@require_POST
def hello(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"received": True}, status=202)


@csrf_exempt
@login_not_required
@require_POST
def row(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO benchmark_row (body) VALUES (%s)", [request.body])
    return JsonResponse({"received": True}, status=202)


urlpatterns = [*portal, path("hello/", hello), path("row/", row)]
