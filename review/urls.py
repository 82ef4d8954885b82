from django.urls import path

from review import batch, views

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
    # the people of a batch
    path("<str:number>/people/search/", batch.people_search, name="people-search"),
    path("<str:number>/people/leave-out/", batch.leave_out, name="leave-out"),
    path("<str:number>/people/take-in/", batch.take_in, name="take-in"),
]
