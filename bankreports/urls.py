from django.urls import path

from bankreports import views

app_name = "bankreports"

# /bankreports/
urlpatterns = [
    path("", views.report, name="report"),
    path("add/", views.add, name="add"),
    path("remove/", views.remove, name="remove"),
    path("check/", views.check, name="check"),
    path("records/<uuid:pk>/", views.edit, name="edit"),
    path("accounts/<uuid:account>/change/", views.change, name="change"),
    path("accounts/<uuid:account>/close/", views.close, name="close"),
]
