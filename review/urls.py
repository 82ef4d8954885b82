from django.urls import path

from review.case import batch, talk, views
from review.desk import items, reconciling
from review.queue import views as queue

app_name = "review"

# /review/
urlpatterns = [
    path("", queue.queue, name="queue"),
    # what the handoff could not settle
    path("items/", items.items, name="items"),
    path("items/<int:pk>/", items.item, name="item"),
    path("items/<int:pk>/ask/", items.ask, name="item-ask"),
    path("items/<int:pk>/send-again/", items.send_again, name="item-send-again"),
    path("items/<int:pk>/send-all-again/", items.send_all_again, name="item-send-all-again"),
    path("items/<int:pk>/stop/", items.stop, name="item-stop"),
    path("items/<int:pk>/recall/", items.recall, name="item-recall"),
    path("items/<int:pk>/confirm/", items.confirm, name="item-confirm"),
    path("items/<int:pk>/decline/", items.decline, name="item-decline"),
    path("items/<int:pk>/take-back/", items.take_back, name="item-take-back"),
    path("items/<int:pk>/returned/", items.returned, name="item-returned"),
    path("items/<int:pk>/elsewhere/", items.elsewhere, name="item-elsewhere"),
    path("reconciliation/", reconciling.reconciliation, name="reconciliation"),
    # one application
    path("<str:number>/", views.case, name="case"),
    path("<str:number>/approve/", views.approve, name="approve"),
    path("<str:number>/reject/", views.reject, name="reject"),
    path("<str:number>/send-back/", views.send_back, name="send-back"),
    path("<str:number>/undo/", views.undo, name="undo"),
    path("<str:number>/answer/", talk.answer, name="answer"),
    path("<str:number>/note/", talk.note, name="note"),
    # the people of a batch
    path("<str:number>/people/search/", batch.people_search, name="people-search"),
    path("<str:number>/people/leave-out/", batch.leave_out, name="leave-out"),
    path("<str:number>/people/take-in/", batch.take_in, name="take-in"),
]
