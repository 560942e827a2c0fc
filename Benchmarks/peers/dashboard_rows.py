"""What both peers ask and show: our queries, word for word, and what the template wants made of their rows."""

import json
import os
from datetime import timezone
from pathlib import Path

DAYS, WEEK, HEIGHT, WIDTH, STEP = 30, 7, 40, 6, 8
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BADGES = {"quoted": ("quoted", "Quoted"), "based_on": ("based-on", "Based on your text"),
          "not_in_my_information": ("not-in-my-information", "Not in your text")}

# Those that ours was seen asking. The first takes the hash of the session's token, the others the account.
SESSION, *QUERIES = json.loads((Path(os.environ["DASHBOARD_FOLDER"]) / "statements.json").read_text())


def psycopg(query):
    """As psycopg wants it, where the value is `given`."""
    return query.replace("%", "%%").replace("$1", "%(given)s")


def context(bots, figures, newest, waiting, *_):
    """For the template, from the queries' rows in order, with columns by name."""
    days = {bot["id"]: [(0, 0, 0, 0)] * DAYS for bot in bots}
    for row in figures:
        bot, ago = row["bot_id"], row["days_ago"]
        if bot in days and 0 <= ago < DAYS:
            place = DAYS - 1 - ago
            counts = row["conversations"], row["messages"], row["answered"], row["unanswered"]
            days[bot][place] = tuple(a + b for a, b in zip(days[bot][place], counts))
    names = {bot["id"]: bot["name"] for bot in bots}
    counts = {row["bot_id"]: row["count"] for row in waiting}
    return {
        "bots": [{"id": bot["id"], "name": bot["name"], "waiting": counts.get(bot["id"], 0), **shown(days[bot["id"]])} for bot in bots],
        "newest": [question(names, row) for row in newest],
    }


def shown(days):
    questions = [answered + unanswered for _, _, answered, unanswered in days]
    good = [answered for _, _, answered, _ in days]
    largest = max(max(questions), 1)
    return {
        **figures("week", days[-WEEK:]), **figures("month", days), "all": bars(questions, largest), "good": bars(good, largest),
        "label": f"Questions a day over 30 days: {sum(questions)} in all, {sum(good)} answered, at most {max(questions)} on one day, "
                 f"{questions[-1]} today."}


def figures(span, days):
    conversations, messages, answered, unanswered = (sum(column) for column in zip(*days))
    share = f"{answered * 100 // (answered + unanswered)} %" if answered + unanswered else "–"
    return {f"{span}_conversations": conversations, f"{span}_messages": messages, f"{span}_answered": share}


def bars(counts, largest):
    boxes = []
    for place, count in enumerate(counts):
        if count > 0:
            height = max(1, count * HEIGHT // largest)
            boxes.append(f"M{place * STEP} {HEIGHT}v-{height}h{WIDTH}v{height}z")
    return "".join(boxes)


def question(names, row):
    moment = row["created_at"].astimezone(timezone.utc)
    style, words = BADGES[row["basis"]]
    return {
        "bot": row["bot_id"], "bot_name": names[row["bot_id"]], "conversation": row["conversation_id"], "message": row["id"],
        "question": row["question"], "style": style, "basis": words, "moment": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "words": f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M}"}
