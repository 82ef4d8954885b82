"""What the owner of an account does with it: under /accounts/, in the namespace of the accounts."""

from django.urls import path

from accounts.own import agreeing, correcting, phoning, recording, views

urlpatterns = [
    path("notice/", agreeing.notice, name="notice"),
    path("consent/", agreeing.give, name="consent"),
    path("sign-ins/", views.sign_ins, name="sign-ins"),
    path("sessions/end/", views.end_session, name="end-session"),
    path("phone/", phoning.new, name="phone"),
    path("phone/codes/", phoning.codes, name="phone-codes"),
    path("record/", recording.record, name="record"),
    path("corrections/", correcting.corrections, name="corrections"),
]
