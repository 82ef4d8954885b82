from django.urls import path

from inbox import views

app_name = "inbox"

# /messages/
urlpatterns = [
    path("", views.messages, name="list"),
    path("read/", views.read_all, name="read-all"),
    path("<int:key>/", views.follow, name="follow"),
]
