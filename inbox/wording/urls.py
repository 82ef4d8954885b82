from django.urls import path

from inbox.wording import views

app_name = "wording"

# /administration/wordings/
urlpatterns = [
    path("", views.listed, name="wordings"),
    path("<slug:kind>/", views.one, name="one"),
]
