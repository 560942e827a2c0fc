import Postgres
import Testing

@Suite("Values", .timeLimit(.minutes(2))) struct ValueTests {
    static let hostileTexts = [
        "", " ", "'", "''", "\"", "\\", "\\'", "' or 1=1--", "$1", "$$;select 1;$$", "%", "_", ";--", "{}", "{\"a\",NULL}", "NULL", "\\x00",
        "\u{202E}שלום", "👩‍👩‍👧‍👦🇩🇪", "e\u{301}", "\u{FEFF}", "\r\n\t", String(repeating: "ﷺ", count: 4_000),
    ]

    @Test("A text comes back as it was sent, whatever is in it", arguments: hostileTexts)
    func hostileText(_ text: String) async throws {
        try await withPostgres { postgres in
            let row = try #require(try await postgres.query("select \(text)::text as text, array[\(text)] = \([text]) as same").first)
            #expect(Array(try row.get("text", as: String.self).utf8) == Array(text.utf8))
            #expect(try row.get("same", as: Bool.self))
        }
    }

    @Test("A text with a NUL is refused, alone and in an array, and what is before it isn't sent")
    func nul() async throws {
        try await withPostgres { postgres in
            try await postgres.query("create table names (name text)")
            #expect(await failure { try await postgres.query("insert into names values (\("a\0b"))") } == .nulCharacter)
            #expect(await failure { try await postgres.query("insert into names select unnest(\(["a", "\0"])::text[])") } == .nulCharacter)
            #expect(await failure { try await postgres.query("insert into names values ('\(unsafeRaw: "\0")')") } == .nulCharacter)
            #expect(try await postgres.number("select count(*) from names") == 0)
        }
    }

    @Test("A part of a statement brings its values along, wherever it stands and however many there are")
    func parts() async throws {
        try await withPostgres { postgres in
            let none: String? = nil
            let part: SQL = "\("é €")::text || coalesce(\(none)::text, '$1') || \("b")::text"
            let row = try #require(
                try await postgres.query(
                    "select \(1)::int as one, \(part) as text, \(part) || \("c")::text as again, \("x" as SQL) from (select 2 as x) s"
                ).first)
            #expect(try row.get("one", as: Int.self) == 1)
            #expect(try row.get("text", as: String.self) == "é €$1b")
            #expect(try row.get("again", as: String.self) == "é €$1bc")
            #expect(try row.get("x", as: Int.self) == 2)
            let ten: SQL = "\(1) \(2) \(3) \(4) \(5) \(6) \(7) \(8) \(9) \(10) end"
            let statement: SQL = "\(0) \(ten)"
            #expect(statement.text == "$1 $2 $3 $4 $5 $6 $7 $8 $9 $10 $11 end")
            let nul: SQL = "\("a\0b")::text"
            #expect(await failure { try await postgres.query("select \(nul)") } == .nulCharacter)
        }
    }

    @Test("Numbers, truth, bytes and NULL come back as they were sent")
    func scalars() async throws {
        try await withPostgres { postgres in
            let bytes = (0...255).map { UInt8($0) }
            let row = try #require(
                try await postgres.query(
                    """
                    select \(Int64.min)::bigint as least, \(Int32.max)::integer as i, \(Int16.min)::smallint as s, \(0.1)::float8 as d,
                      \(-Double.infinity)::float8 as infinity, \(true) and not \(false) as b, \(bytes)::bytea as bytes, \([UInt8]())::bytea as empty,
                      \(String?.none)::text as missing, \(Int?.some(7))::integer as seven
                    """
                ).first)
            #expect(try row.get("least", as: Int64.self) == .min)
            #expect(try row.get("i", as: Int32.self) == .max)
            #expect(try row.get("s", as: Int16.self) == .min)
            #expect(try row.get("d", as: Double.self) == 0.1)
            #expect(try row.get("infinity", as: Double.self) == -.infinity)
            #expect(try row.get("b", as: Bool.self))
            #expect(try row.get("bytes", as: [UInt8].self) == bytes)
            #expect(try row.get("empty", as: [UInt8].self).isEmpty)
            #expect(try row.get("missing", as: String?.self) == nil)
            #expect(try row.get("seven", as: Int?.self) == 7)
        }
    }

    @Test("Arrays are one parameter, and JSON is a text")
    func arraysAndJSON() async throws {
        try await withPostgres { postgres in
            let ids: [Int64] = [1, 3, .max]
            let found = try await postgres.query("select n from generate_series(1::bigint, 4) n where n = any(\(ids)) order by n")
            #expect(try found.map { try $0.get("n", as: Int.self) } == [1, 3])
            let names = ["a\"b", "c\\d", "e,f", "{g}", "", "null"]
            let unnested = try await postgres.query("select unnest(\(names)::text[]) as name")
            #expect(try unnested.map { try $0.get("name", as: String.self) } == names)
            #expect(try await postgres.query("select unnest(\([Int?.none])::int[]) is null as missing")[0].get("missing", as: Bool.self))
            let json = try await postgres.query("select \(#"{"a":["\""]}"#)::jsonb -> 'a' ->> 0 as quote")
            #expect(try json[0].get("quote", as: String.self) == "\"")
        }
    }

    @Test(
        "A time is microseconds since 1970, in whatever zone the server shows it", arguments: ["UTC", "America/St_Johns", "Asia/Kathmandu"])
    func timestamps(_ zone: String) async throws {
        try await withPostgres { postgres in
            let times = [
                "1970-01-01 00:00:00+00", "2026-11-21 07:14:19.000001+00", "1969-12-31 23:59:59.5+00", "2000-02-29 12:00:00+00",
                "0002-01-01 00:00:00+00", "9999-12-31 23:59:59+14", "1890-06-01 00:00:00+00", "12345-01-01 00:00:00+00",
            ]
            try await postgres.transaction { transaction in
                try await transaction.query("set local time zone '\(unsafeRaw: zone)'")
                let rows = try await transaction.query(
                    """
                    select t.time, (extract(epoch from t.time) * 1000000)::bigint as micros
                    from unnest(\(times)::timestamptz[]) t (time)
                    """)
                #expect(rows.count == times.count)
                for row in rows {
                    #expect(try row.get("time", as: PostgresTimestamp.self).microseconds == row.get("micros", as: Int64.self))
                }
            }
            let odd = try await postgres.query("select 'infinity'::timestamptz as time")
            #expect(throws: PostgresError.wrongType(column: "time", wanted: "PostgresTimestamp")) {
                try odd[0].get("time", as: PostgresTimestamp.self)
            }
        }
    }

    @Test(
        "A time beyond what microseconds reach isn't one, and stops nobody",
        arguments: [
            "294276-12-31 23:59:59.999999+00", "294247-01-10 04:00:54.775808+00", "4713-01-01 00:00:00+00 BC", "infinity", "-infinity",
        ])
    func distantTimestamps(_ time: String) async throws {
        try await withPostgres { postgres in
            let row = try #require(try await postgres.query("select \(time)::timestamptz as time").first)
            #expect(throws: PostgresError.wrongType(column: "time", wanted: "PostgresTimestamp")) {
                try row.get("time", as: PostgresTimestamp.self)
            }
            let last = try await postgres.query("select '294247-01-10 04:00:54.775807+00'::timestamptz as time")
            #expect(try last[0].get("time", as: PostgresTimestamp.self).microseconds == .max)
        }
    }

    @Test("A value that isn't what was asked for is an error that names its column")
    func wrongTypes() async throws {
        try await withPostgres { postgres in
            let row = try #require(try await postgres.query("select 'x' as name, null as missing, 300000 as big, '\\x0' as odd").first)
            #expect(throws: PostgresError.wrongType(column: "name", wanted: "Int")) { try row.get("name", as: Int.self) }
            #expect(throws: PostgresError.wrongType(column: "big", wanted: "Int16")) { try row.get(2, as: Int16.self) }
            #expect(throws: PostgresError.wrongType(column: "odd", wanted: "Array<UInt8>")) { try row.get("odd", as: [UInt8].self) }
            #expect(throws: PostgresError.wrongType(column: "missing", wanted: "String, and is NULL")) {
                try row.get("missing", as: String.self)
            }
            #expect(throws: PostgresError.missingColumn("nam")) { try row.get("nam", as: String.self) }
            #expect(throws: PostgresError.missingColumn("Name")) { try row.get("Name", as: String.self) }
            for place in [-1, 4, .max, .min] {
                #expect(throws: PostgresError.missingColumn("\(place)")) { try row.get(place, as: String.self) }
            }
        }
    }

    @Test("More values than a statement can have are refused, and as many as it can have are not")
    func manyValues() async throws {
        try await withPostgres { (postgres) async throws in
            #expect(await failure { try await postgres.query(statement(withValues: 65_536)) } == .tooManyValues(limit: 65_535))
            #expect(try await postgres.number(statement(withValues: 65_535)) == 65_535)
        }
    }

    func statement(withValues count: Int) -> SQL {
        var text = SQL.StringInterpolation(literalCapacity: 0, interpolationCount: 0)
        text.appendLiteral("select cardinality(array[")
        for n in 0..<count {
            if n > 0 { text.appendLiteral(",") }
            text.appendInterpolation(n)
        }
        text.appendLiteral("]::int[])")
        return SQL(stringInterpolation: text)
    }
}
