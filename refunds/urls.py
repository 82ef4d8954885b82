from django.urls import path

from refunds import views

app_name = "refunds"

# /refunds/
urlpatterns = [
    path("<str:number>/", views.detail, name="detail"),
    path("<str:number>/receipt/", views.receipt, name="receipt"),
    path("<str:number>/receipt.pdf", views.receipt_pdf, name="receipt-pdf"),
    path("<str:number>/account/", views.account, name="account"),
    path("<str:number>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:number>/reapply/", views.reapply, name="reapply"),
]
