import FoundationEssentials
import Postgres
import Templates

extension Postgres {
    /// Whether somebody can be reached now, by the bot's opening hours: by Postgres's clock, and by its calendar, which knows
    /// when each zone changes to summer time.
    func reach(of bot: Bot) async throws -> Reach {
        let row = try await query(
            """
            with bot as materialized (
              select id, account_id, time_zone, closed_message, now() at time zone time_zone as local from bots
              where id = \(bot.id) and account_id = \(bot.account)),
            hours as materialized (
              select h.weekday, h.opens, h.closes, h.closes <= h.opens as is_overnight
              from opening_hours h join bot on h.bot_id = bot.id and h.account_id = bot.account_id)
            select bot.closed_message, next.weekday, next.clock,
              not exists (select from hours) or exists (
                select from hours h
                where h.weekday = extract(isodow from bot.local) and bot.local::time >= h.opens and (h.is_overnight or bot.local::time < h.closes)
                  or h.is_overnight and h.weekday = extract(isodow from bot.local - interval '1 day') and bot.local::time < h.closes) as is_open
            from bot left join lateral (
              select h.weekday, to_char(h.opens, 'HH24:MI') as clock
              from generate_series(0, 7) as days
              join hours h on h.weekday = extract(isodow from bot.local::date + days)
              where (bot.local::date + days + h.opens) at time zone bot.time_zone > now()
              order by bot.local::date + days + h.opens limit 1) next on true
            """
        ).first
        guard let row else { throw Failure.notFound }
        let weekday = try row.get("weekday", as: Int?.self)
        return Reach(
            isOpen: try row.get("is_open", as: Bool.self), message: try row.get("closed_message", as: String.self),
            opens: try weekday.map { .init(weekday: $0, clock: try row.get("clock", as: String.self)) })
    }
}
