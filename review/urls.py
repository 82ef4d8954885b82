from django.urls import path

from review import views

app_name = "review"

# /review/
urlpatterns = [
    path("", views.queue, name="queue"),
    path("items/", views.items, name="items"),
    path("items/<int:pk>/send-again/", views.item_send_again, name="item-send-again"),
    path("items/<int:pk>/close/", views.item_close, name="item-close"),
    path("<str:number>/", views.case, name="case"),
    path("<str:number>/approve/", views.approve, name="approve"),
    path("<str:number>/reject/", views.reject, name="reject"),
    path("<str:number>/send-back/", views.send_back, name="send-back"),
]
