"""The dashboard in Django, twice: as it is usually written, with its sessions, users and models, and with every query by
hand, ours word for word.

`python dashboard_django.py` makes Django's own tables and a session, and prints that session's key."""

import hashlib
import os
import sys
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

import dashboard_rows as rows

database = urlsplit(os.environ["DASHBOARD_DATABASE"])
settings.configure(
    DEBUG=False, SECRET_KEY="benchmark", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, USE_TZ=True, USE_I18N=False,
    LOGGING_CONFIG=None, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
    SESSION_ENGINE="django.contrib.sessions.backends.cached_db",
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware"],
    # Compiled once and cached, as Django does by itself where DEBUG is off.
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [os.environ["DASHBOARD_FOLDER"]]}],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": database.path.lstrip("/"), "USER": database.username,
        "HOST": parse_qs(database.query)["host"][0],
        "OPTIONS": {"pool": {"min_size": 4, "max_size": 8}, "server_side_binding": True, "prepare_threshold": 0}}})
django.setup()

from django.contrib.auth.models import User
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connection, models
from django.db.models import F
from django.db.models.functions import Left
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

SESSION = rows.psycopg(rows.SESSION)
QUERIES = BOTS, FIGURES, NEWEST, *MORE = [rows.psycopg(query) for query in rows.QUERIES]


def table(name):
    return type("Meta", (), {"app_label": "desk", "managed": False, "db_table": name})


class Account(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    Meta = table("accounts")


class Person(models.Model):
    id = models.UUIDField(primary_key=True)
    email = models.TextField()
    Meta = table("users")


class Member(models.Model):
    account = models.ForeignKey(Account, models.CASCADE, primary_key=True)
    user = models.ForeignKey(Person, models.CASCADE)
    role = models.TextField()
    Meta = table("members")


class Bot(models.Model):
    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE)
    name = models.TextField()
    created_at = models.DateTimeField()
    Meta = table("bots")


class Conversation(models.Model):
    id = models.UUIDField(primary_key=True)
    bot = models.ForeignKey(Bot, models.CASCADE)
    channel = models.TextField()
    Meta = table("conversations")


class Message(models.Model):
    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE)
    conversation = models.ForeignKey(Conversation, models.CASCADE)
    reply_to = models.ForeignKey("self", models.CASCADE, db_column="reply_to", related_name="replies")
    replaced_by = models.ForeignKey("self", models.CASCADE, db_column="replaced_by", null=True, related_name="replaced")
    text = models.TextField()
    state = models.TextField()
    basis = models.TextField(null=True)
    created_at = models.DateTimeField()
    Meta = table("messages")


def with_models(request):
    """What is simple by models, only the columns that are shown; what is counted, by hand."""
    if not request.user.is_authenticated:
        return redirect("/sign-in")
    account = Member.objects.select_related("account").get(user__email=request.user.email).account
    bots = Bot.objects.filter(account=account).order_by("created_at", "id").values("id", "name")
    newest = (
        Message.objects.filter(account=account, basis__isnull=False, state="answered", replaced_by__isnull=True)
        .exclude(conversation__channel="try").order_by("-created_at")
        .values("conversation_id", "id", "basis", "created_at", bot_id=F("conversation__bot_id"), question=Left("reply_to__text", 200)))
    figures, *more = (fetch(query, account.id) for query in (FIGURES, *MORE))
    return render(request, "dashboard.html", rows.context(bots, figures, newest[:50], *more))


def by_hand(request):
    session = fetch(SESSION, hashlib.sha256(request.COOKIES.get("session", "").encode()).digest())
    if not session:
        return redirect("/sign-in")
    return render(request, "dashboard.html", rows.context(*(fetch(query, session[0]["account_id"]) for query in QUERIES)))


def fetch(query, value):
    with connection.cursor() as cursor:
        cursor.execute(query, {"given": value})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor.fetchall()]


urlpatterns = [path("bots", with_models), path("bots-by-hand", by_hand), path("healthz", lambda _: HttpResponse("ok"))]

if __name__ == "__main__":
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    person = User.objects.create_user("owner", "owner@shop.example", "benchmark")
    session = SessionStore()
    session.update({"_auth_user_id": str(person.pk), "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
                    "_auth_user_hash": person.get_session_auth_hash()})
    session.save()
    sys.stdout.write(session.session_key)
else:
    application = get_wsgi_application()
