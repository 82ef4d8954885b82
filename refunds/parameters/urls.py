"""/administration/parameters/"""

from django.urls import path

from refunds.parameters import views

app_name = "parameters"

urlpatterns = [
    path("", views.listed, name="parameters"),
    path("<slug:code>/", views.parameter, name="parameter"),
    path("<slug:code>/cancel/", views.cancel, name="cancel"),
]
