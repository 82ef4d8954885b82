"""The administrator's door: /administration/…"""

from django.urls import path

from accounts.administration import exporting, leaving, places, sending, staff, tables, views
from accounts.own import correcting

app_name = "administration"

urlpatterns = [
    path("", views.home, name="home"),
    path("names/", views.names, name="names"),
    path("names/<int:pk>/", views.name, name="name"),
    path("staff/", staff.listed, name="staff"),
    # Not below staff/, where a username stands: somebody may be called new.
    path("new-staff/", staff.new, name="staff-new"),
    path("leaving/", leaving.leaving, name="leaving"),
    path("staff/<str:username>/", staff.account, name="account"),
    path("offices/", views.offices, name="offices"),
    path("offices/<str:key>/", places.known(places.OFFICE), name="office"),
    path("new-office/", places.new(places.OFFICE), name="office-new"),
    path("organisations/", places.organisations, name="organisations"),
    path("organisations/<str:key>/", places.known(places.ORGANISATION), name="organisation"),
    path("new-organisation/", places.new(places.ORGANISATION), name="organisation-new"),
    path("loads/", views.loads, name="loads"),
    path("loads/<uuid:pk>/", views.load, name="load"),
    path("loads/<uuid:pk>/rejected/", views.rejected, name="load-rejected"),
    # Not below loads/, where the key of one stands.
    path("new-load/", sending.new, name="load-new"),
    path("uploads/<uuid:pk>/", sending.upload, name="upload"),
    path("uploads/<uuid:pk>/decide/", sending.decide, name="upload-decide"),
    path("uploads/<uuid:pk>/rejected/", sending.rejected, name="upload-rejected"),
    path("tables/<slug:code>/", tables.listed, name="table"),
    path("tables/<slug:code>/new/", tables.new, name="table-new"),
    path("tables/<slug:code>/rows/<str:key>/", tables.row, name="table-row"),
    path("corrections/", correcting.waiting, name="corrections"),
    path("corrections/<uuid:pk>/", correcting.answer, name="correction"),
    path("changes/", views.changes, name="changes"),
    path("export/<slug:code>/", exporting.export, name="export"),
]
