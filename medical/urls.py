from django.urls import path

from medical import views

app_name = "medical"

# /medical/
urlpatterns = [
    path("", views.payments, name="list"),
    path("enrolments/", views.enrolments, name="enrolments"),
    path("apply/", views.apply, name="apply"),
    path("submitted/<uuid:key>/", views.submitted, name="submitted"),
    path("progress/", views.progress, name="progress"),
]
