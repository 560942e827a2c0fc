"""The dashboard in Django: its middleware, its view, its templates, its connection pool."""

import hashlib
import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

import dashboard_rows as rows

database = urlsplit(os.environ["DASHBOARD_DATABASE"])

settings.configure(
    DEBUG=False, SECRET_KEY="benchmark", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, USE_TZ=True, USE_I18N=False,
    LOGGING_CONFIG=None,
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", f"{__name__}.SessionMiddleware",
                "django.middleware.clickjacking.XFrameOptionsMiddleware"],
    # Compiled once and cached, as Django does by itself where DEBUG is off.
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [Path(__file__).parent]}],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": database.path.lstrip("/"), "USER": database.username,
        "HOST": parse_qs(database.query)["host"][0],
        "OPTIONS": {"pool": {"min_size": 4, "max_size": 8}, "server_side_binding": True, "prepare_threshold": 0}}})

SESSION, BOTS, FIGURES, NEWEST = (query.replace("{p}", "%s") for query in (rows.SESSION, rows.BOTS, rows.FIGURES, rows.NEWEST))


def fetch(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


class SessionMiddleware:
    def __init__(self, respond):
        self.respond = respond

    def __call__(self, request):
        token = request.COOKIES.get("session", "")
        found = fetch(SESSION, hashlib.sha256(token.encode()).digest()) if token else []
        request.desk_session = found[0] if found else None
        return self.respond(request)


def bots(request):
    session = request.desk_session
    if session is None:
        return redirect("/sign-in")
    account = session[2]
    return render(request, "dashboard.html", rows.context(
        session, fetch(BOTS, account), fetch(FIGURES, account, account), fetch(NEWEST, account)))


urlpatterns = [path("bots", bots), path("healthz", lambda _: HttpResponse("ok"))]
application = get_wsgi_application()
