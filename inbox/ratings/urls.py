from django.urls import path

from inbox.ratings import views

app_name = "ratings"

# /interaction/ratings/
urlpatterns = [path("<slug:number>/", views.rate, name="rate")]
