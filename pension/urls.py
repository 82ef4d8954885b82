from django.urls import path

from pension import views
from pension.village import checking, progress, roster
from pension.village import views as village
from pension.village.lists import views as lists

app_name = "pension"

# /pension/
urlpatterns = [
    path("", views.payments, name="list"),
    path("apply/", views.apply, name="apply"),
    path("submitted/<uuid:key>/", views.submitted, name="submitted"),
    path("withdraw/", views.withdraw, name="withdraw"),
    path("progress/", views.progress, name="progress"),
    # /pension/village/
    path("village/", village.payments, name="village"),
    path("village/template.xlsx", lists.empty_list, name="village-empty-list"),
    path("village/<int:pk>/", village.batch, name="village-batch"),
    path("village/<int:pk>/choose/", village.choose, name="village-choose"),
    path("village/<int:pk>/remember/", village.remember, name="village-remember"),
    path("village/<int:pk>/save/", village.save, name="village-save"),
    path("village/<int:pk>/check/", checking.check, name="village-check"),
    path("village/<int:pk>/drop-conflicts/", village.drop_conflicts, name="village-drop-conflicts"),
    path("village/<int:pk>/template.xlsx", lists.template, name="village-template"),
    path("village/<int:pk>/upload/", lists.upload, name="village-upload"),
    path("village/<int:pk>/upload/<uuid:upload>/", lists.report, name="village-upload-report"),
    path("village/<int:pk>/upload/<uuid:upload>/groups/", lists.groups, name="village-upload-groups"),
    path("village/<int:pk>/upload/<uuid:upload>/bad.xlsx", lists.bad_lines, name="village-upload-bad"),
    # /pension/village/progress/
    path("village/progress/", progress.batches_page, name="village-progress"),
    path("village/progress/withdraw/", progress.withdraw, name="village-withdraw"),
    path("village/progress/<str:number>/", progress.lines, name="village-lines"),
    path("village/progress/<str:number>/export/", progress.export, name="village-export"),
    path("village/progress/<str:number>/roster/", roster.roster, name="village-roster"),
    path("village/progress/<str:number>/signed/", roster.signed, name="village-signed"),
    path("village/progress/<str:number>/signed/<uuid:key>/", roster.signed_paper, name="village-signed-paper"),
    path("village/progress/<str:number>/again/", progress.again, name="village-again"),
    path("village/progress/<str:number>/reapply/", progress.reapply, name="village-reapply"),
]
