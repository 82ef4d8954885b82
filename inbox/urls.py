from django.urls import path

from inbox import views
from inbox.sms import views as settings

app_name = "inbox"

# /messages/
urlpatterns = [
    path("", views.messages, name="list"),
    path("read/", views.read_all, name="read-all"),
    path("sms/", settings.switch, name="sms"),
    path("<int:key>/", views.follow, name="follow"),
    path("<int:key>/read/", views.read, name="read"),
]
