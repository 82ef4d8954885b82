from django.urls import path

from handoff import views

app_name = "handoff"

# /handoff/
urlpatterns = [
    path("callbacks/<slug:agency>/", views.callback, name="callback"),
    path("results/<slug:agency>/", views.results, name="results"),
]
