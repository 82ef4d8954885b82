from django.urls import path

from review.audit import views as audit
from review.behalf import cases as behalf_cases
from review.behalf import views as behalf
from review.case import batch, listing, papers, talk, views
from review.counter import views as counter
from review.desk import items, letters, reconciling, refusals
from review.exports import views as exports
from review.find import views as finding
from review.questions import views as asked
from review.queue import bulk, peek, taking
from review.queue import views as queue
from review.reveal import views as revealing
from review.sample import views as sample
from review.shortcuts import views as shortcuts
from review.statistics import views as statistics

app_name = "review"

# /review/
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("find/", finding.find, name="find"),
    path("keys/", shortcuts.keys, name="keys"),
    # what the handoff could not settle
    path("items/", items.items, name="items"),
    path("items/refused/", refusals.refusals, name="item-refusals"),
    path("items/refused/<uuid:pk>/", refusals.refusal, name="item-refusal"),
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
    path("items/<int:pk>/letter/", letters.letter, name="item-letter"),
    path("items/<int:pk>/elsewhere/", items.elsewhere, name="item-elsewhere"),
    path("questions/", asked.questions, name="questions"),
    path("questions/<slug:number>/", asked.question, name="question"),
    path("reconciliation/", reconciling.reconciliation, name="reconciliation"),
    # for a person at the counter
    path("on-behalf/", behalf.find, name="behalf"),
    path("on-behalf/<uuid:person>/", behalf.person, name="behalf-person"),
    path("on-behalf/<uuid:person>/phone/", counter.phone, name="behalf-phone"),
    path("export/", queue.export, name="queue-export"),
    path("exports/", exports.requests, name="exports"),
    path("exports/<int:pk>/", exports.answer, name="export-answer"),
    path("views/open/", queue.open_view, name="open-view"),
    path("views/keep/", queue.keep_view, name="keep-view"),
    # many at once
    path("bulk/", bulk.bulk, name="bulk"),
    path("bulk/pass/", bulk.pass_all, name="pass-all"),
    # who works on what
    path("take-next/", taking.take_next, name="take-next"),
    path("colleagues/", taking.colleagues, name="colleagues"),
    path("colleagues/<str:username>/", taking.colleague, name="colleagues-of"),
    path("colleagues/<str:username>/hand-over/", taking.hand_over, name="colleagues-hand-over"),
    # numbers
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/export/", statistics.export, name="statistics-export"),
    # the second look
    path("sample/", sample.samples, name="samples"),
    path("sample/<int:pk>/", sample.sample, name="sample"),
    path("sample/<int:pk>/<int:position>/", sample.sampled, name="sampled"),
    # what people did
    path("audit/", audit.audit, name="audit-first"),
    path("audit/<slug:code>/", audit.audit, name="audit"),
    # one application
    path("<str:number>/", views.case, name="case"),
    path("<str:number>/peek/", peek.peek, name="peek"),
    path("<str:number>/approve/", views.approve, name="approve"),
    path("<str:number>/reject/", views.reject, name="reject"),
    path("<str:number>/send-back/", views.send_back, name="send-back"),
    path("<str:number>/undo/", views.undo, name="undo"),
    # for an applicant who cannot do it by herself
    path("<str:number>/convert/", behalf_cases.convert, name="convert"),
    path("<str:number>/withdraw/", behalf_cases.withdraw, name="withdraw"),
    path("<str:number>/account/", behalf_cases.account, name="account"),
    path("<str:number>/account/decide/", behalf_cases.decide, name="account-decide"),
    path("<str:number>/take/", taking.take, name="take"),
    path("<str:number>/put-back/", taking.put_back, name="put-back"),
    path("<str:number>/papers/<uuid:key>/", papers.paper, name="paper"),
    path("<str:number>/reveal/<str:field>/", revealing.full_number, name="full-number"),
    path("<str:number>/answer/", talk.answer, name="answer"),
    path("<str:number>/note/", talk.note, name="note"),
    # the people of a batch
    path("<str:number>/people/<int:key>/reveal/<str:field>/", revealing.member_number, name="member-number"),
    path("<str:number>/people/search/", batch.people_search, name="people-search"),
    path("<str:number>/people/leave-out/", batch.leave_out, name="leave-out"),
    path("<str:number>/people/take-in/", batch.take_in, name="take-in"),
    path("<str:number>/people/list/", listing.upload, name="leave-list"),
    path("<str:number>/people/list/leave-out/", listing.leave_listed, name="leave-listed"),
]
