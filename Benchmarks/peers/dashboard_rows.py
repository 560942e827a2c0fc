"""What both peers show: the queries, word for word those of ours, and the shape that the template wants."""

from datetime import timezone

DAYS, WEEK, HEIGHT, WIDTH, STEP = 30, 7, 40, 6, 8
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BADGES = {"quoted": ("quoted", "Quoted"), "based_on": ("based-on", "Based on your text"),
          "not_in_my_information": ("not-in-my-information", "Not in your text")}

# {p}: the placeholder of the driver's.
SESSION = """
with found as materialized (
  select * from sessions where token_hash = {p} and expires_at > now()),
seen as (
  update sessions set last_seen_at = now(), expires_at = now() + 60 * interval '1 day'
  where id = (select id from found where last_seen_at < now() - 5 * interval '1 minute'))
select f.id, f.user_id, f.account_id, u.email, u.name, m.role, a.name as account_name, a.plan
from found f join users u on u.id = f.user_id
join members m on m.account_id = f.account_id and m.user_id = f.user_id join accounts a on a.id = f.account_id"""
BOTS = """
select id, account_id, token, name, contact_line, welcome_message, primary_color, position, system_prompt, provider, model,
  temperature, fallbacks, language, version from bots where account_id = {p} order by created_at, id"""
FIGURES = """
select bot_id, (now() at time zone 'UTC')::date - day as days_ago, conversations, messages, answered, unanswered
from bot_days
where account_id = {p} and day > (now() at time zone 'UTC')::date - 30 and day < (now() at time zone 'UTC')::date - 1
union all
select c.bot_id, (now() at time zone 'UTC')::date - (m.created_at at time zone 'UTC')::date,
  count(distinct c.id) filter (where c.created_at >= date_trunc('day', m.created_at, 'UTC')),
  count(*), count(*) filter (where m.state = 'answered' and m.basis in ('quoted', 'based_on')),
  count(*) filter (where m.state = 'answered' and m.basis = 'not_in_my_information')
from messages m join conversations c on c.id = m.conversation_id and c.account_id = m.account_id
where m.account_id = {p} and c.channel <> 'try' and m.created_at >= date_trunc('day', now() - interval '1 day', 'UTC')
  and c.last_message_at >= date_trunc('day', now() - interval '1 day', 'UTC')
group by 1, 2"""
NEWEST = """
select c.bot_id, c.id as conversation_id, m.id, left(q.text, 200) as question, m.basis, m.created_at
from messages m join messages q on q.id = m.reply_to join conversations c on c.id = m.conversation_id and c.account_id = m.account_id
where m.account_id = {p} and m.basis is not null and m.state = 'answered' and c.channel <> 'try'
order by m.created_at desc limit 50"""


def context(bots, figures, newest):
    """For the template, from rows as tuples in the queries' order."""
    days = {bot[0]: [(0, 0, 0, 0)] * DAYS for bot in bots}
    for bot, ago, *counts in figures:
        if bot in days and 0 <= ago < DAYS:
            place = DAYS - 1 - ago
            days[bot][place] = tuple(a + b for a, b in zip(days[bot][place], counts))
    names = {bot[0]: bot[3] for bot in bots}
    return {
        "bots": [{"id": bot[0], "name": bot[3], **shown(days[bot[0]])} for bot in bots],
        "newest": [question(names, *row) for row in newest],
    }


def shown(days):
    questions = [answered + unanswered for _, _, answered, unanswered in days]
    good = [answered for _, _, answered, _ in days]
    largest = max(max(questions), 1)
    return {
        "week": figures(days[-WEEK:]), "month": figures(days), "all": bars(questions, largest), "good": bars(good, largest),
        "label": f"Questions a day over 30 days: {sum(questions)} in all, {sum(good)} answered, at most {max(questions)} on one day, "
                 f"{questions[-1]} today."}


def figures(days):
    conversations, messages, answered, unanswered = (sum(column) for column in zip(*days))
    share = f"{answered * 100 // (answered + unanswered)} %" if answered + unanswered else "–"
    return {"conversations": conversations, "messages": messages, "answered": share}


def bars(counts, largest):
    boxes = []
    for place, count in enumerate(counts):
        if count > 0:
            height = max(1, count * HEIGHT // largest)
            boxes.append(f"M{place * STEP} {HEIGHT}v-{height}h{WIDTH}v{height}z")
    return "".join(boxes)


def question(names, bot, conversation, message, text, basis, moment):
    moment = moment.astimezone(timezone.utc)
    style, words = BADGES[basis]
    return {
        "bot": bot, "bot_name": names[bot], "conversation": conversation, "message": message, "question": text, "style": style, "basis": words,
        "moment": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "words": f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M}"}
