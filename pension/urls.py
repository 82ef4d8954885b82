from django.urls import path

from pension import views

app_name = "pension"

# /pension/
urlpatterns = [
    path("", views.payments, name="list"),
    path("apply/", views.apply, name="apply"),
    path("submitted/<uuid:key>/", views.submitted, name="submitted"),
    path("withdraw/", views.withdraw, name="withdraw"),
    path("progress/", views.progress, name="progress"),
]
