from django.urls import path

from tests.injury import views

app_name = "injury"

# /injury/
urlpatterns = [
    path("", views.payments, name="list"),
    path("apply/", views.apply, name="apply"),
    path("submitted/<uuid:key>/", views.submitted, name="submitted"),
    path("progress/", views.progress, name="progress"),
]
