"""Sign-in, registration and what an account owner does with it: /accounts/…"""

from django.urls import path

from accounts import views
from accounts.entry import views as entry
from accounts.kept import views as kept
from accounts.own import urls as own

app_name = "accounts"

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("register/", entry.register, name="register"),
    path("register/account/", entry.register_account, name="register-account"),
    path("forgotten/", entry.forgotten, name="forgotten"),
    path("forgotten/password/", entry.forgotten_password, name="forgotten-password"),
    path("session/", kept.session, name="session"),
    path("password/", views.password, name="password"),
    path("second-factor/", views.second_factor, name="second-factor"),
    *own.urlpatterns,
]
