"""Sign-in, registration and what an account owner does with it: /accounts/…"""

from django.urls import path

from accounts import views
from accounts.kept import views as kept

app_name = "accounts"

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("register/", views.register, name="register"),
    path("register/account/", views.register_account, name="register-account"),
    path("session/", kept.session, name="session"),
    path("password/", views.password, name="password"),
    path("second-factor/", views.second_factor, name="second-factor"),
]
