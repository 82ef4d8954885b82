"""/administration/…"""

from django.urls import path

from handoff.running import views

app_name = "running"

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<int:pk>/again/", views.again, name="again"),
    path("items/", views.items, name="items"),
]
