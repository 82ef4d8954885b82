from django.urls import path

from inbox.questions import views

app_name = "questions"

# /interaction/questions/
urlpatterns = [
    path("", views.listed, name="list"),
    path("new/", views.ask, name="ask"),
    path("<slug:number>/", views.one, name="one"),
]
