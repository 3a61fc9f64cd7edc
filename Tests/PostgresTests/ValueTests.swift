import FoundationEssentials
import Postgres
import TestSupport
import Testing

/// What is bound comes back the same.
@Suite(.emptyDatabase)
struct ValueTests {
    private func echo<Value: SQLBindable & SQLDecodable & Sendable>(
        _ value: Value,
        as type: SQL
    ) async throws -> Value {
        try await testDatabase().connect().withSession { session in
            try session.execute("select \(value)::\(type)").decode(Value.self, 0, 0)
        }
    }

    @Test("Integers", arguments: [0, 1, -1, .max, .min])
    func integers(value: Int) async throws {
        #expect(try await echo(value, as: "bigint") == value)
        #expect(try await echo(Int64(value), as: "bigint") == Int64(value))
        #expect(try await echo(Int32(truncatingIfNeeded: value), as: "int") == Int32(truncatingIfNeeded: value))
        #expect(try await echo(Int16(truncatingIfNeeded: value), as: "smallint") == Int16(truncatingIfNeeded: value))
    }

    @Test(
        "Doubles, bit for bit",
        arguments: [0.0, -0.0, 0.1, .pi, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
    )
    func doubles(value: Double) async throws {
        #expect(try await echo(value, as: "double precision").bitPattern == value.bitPattern)
        #expect(try await echo(Double.nan, as: "double precision").isNaN)
    }

    @Test(
        "Text",
        arguments: ["", "a", "it's \"quoted\" \\ $1 :x ?", "žluťoučký 🐎 \u{1F469}\u{200D}\u{1F52C}", "\n\t\u{1}"]
    )
    func strings(value: String) async throws {
        #expect(try await echo(value, as: "text") == value)
        #expect(try await echo([value, value], as: "text[]") == [value, value])
        #expect(try await echo(String?.some(value), as: "text") == value)
    }

    @Test("Text with NUL is refused, not cut")
    func nul() async throws {
        let error = try await #require(throws: PostgresError.self) { try await echo("secret\0rest", as: "text") }
        #expect(error.code == .invalidValue)
        #expect(error.sqlState == .characterNotInRepertoire)
        #expect(!String(reflecting: error).contains("secret"))
        // Inside an array the server finds it.
        await #expect(throws: PostgresError.self) { try await echo(["a\0b"], as: "text[]") }
    }

    @Test("Booleans, UUIDs, bytes")
    func others() async throws {
        #expect(try await echo(true, as: "boolean"))
        #expect(try await echo(false, as: "boolean") == false)
        let id = UUID()
        #expect(try await echo(id, as: "uuid") == id)
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(try await echo(bytes, as: "bytea") == bytes)
        #expect(try await echo([UInt8](), as: "bytea") == [])
        #expect(try await echo(Data(bytes), as: "bytea") == Data(bytes))
    }

    @Test(
        "Dates to the microsecond",
        arguments: [
            "1970-01-01 00:00:00Z", "2000-01-01 00:00:00Z", "2026-11-23 16:18:05.123456Z",
            "1999-12-31 23:59:59.999999Z",
            "0001-01-01 00:00:00Z", "9999-12-31 23:59:59Z",
        ]
    )
    func dates(text: String) async throws {
        let (date, isSame) = try await testDatabase().connect().withSession { session in
            let date = try session.execute("select \(text)::timestamptz").date(0, 0)
            return (date, try session.execute("select \(date) = \(text)::timestamptz").bool(0, 0))
        }
        #expect(isSame, "\(date)")
    }

    @Test("A date has the value that Foundation gives it")
    func epoch() async throws {
        let date = try await testDatabase().connect().withSession { session in
            try session.execute("select to_timestamp(1800000000.25) as t").row(0).date("t")
        }
        #expect(date == Date(timeIntervalSince1970: 1_800_000_000.25))
    }

    @Test("A date without time is midnight UTC; infinity is no date")
    func dateKinds() async throws {
        try await testDatabase().connect().withSession { session in
            #expect(
                try session.execute("select '2027-01-15'::date").date(0, 0)
                    == Date(timeIntervalSince1970: 1_799_971_200)
            )
            let infinite = try session.execute("select 'infinity'::timestamptz")
            #expect(throws: PostgresError.self) { try infinite.date(0, 0) }
        }
    }

    @Test("Dates that PostgreSQL cannot hold are held at its bounds", arguments: [Date.distantPast, .distantFuture])
    func extremeDates(date: Date) async throws {
        #expect(try await echo(date, as: "timestamptz") == date)
    }

    @Test(
        "Durations",
        arguments: [.zero, .microseconds(1), .seconds(-3), .milliseconds(1500), .seconds(86_400 * 400)] as [Duration]
    )
    func durations(value: Duration) async throws {
        #expect(try await echo(value, as: "interval") == value)
    }

    @Test("A day has 24 hours, a month has no length")
    func intervals() async throws {
        try await testDatabase().connect().withSession { session in
            #expect(try session.execute("select interval '2 days 1 second'").duration(0, 0) == .seconds(172_801))
            let month = try session.execute("select interval '1 month'")
            #expect(throws: PostgresError.self) { try month.duration(0, 0) }
        }
    }

    @Test("JSON")
    func json() async throws {
        let value = try JSONText(encoding: ["b": [1, 2], "a": []])
        #expect(value.text == #"{"a":[],"b":[1,2]}"#)
        #expect(try await echo(value, as: "jsonb").decode([String: [Int]].self) == ["a": [], "b": [1, 2]])
        let error = await #expect(throws: PostgresError.self) { try await echo(JSONText("{"), as: "jsonb") }
        #expect(error?.sqlState == .invalidTextRepresentation)
    }

    @Test("Arrays, with and without NULL")
    func arrays() async throws {
        #expect(try await echo([1, nil, .max], as: "bigint[]") == [1, nil, .max])
        #expect(try await echo([Int](), as: "bigint[]") == [])
        #expect(try await echo([0.5, nil], as: "double precision[]") == [0.5, nil])
        #expect(try await echo(["a,b", "", nil, "NULL"], as: "text[]") == ["a,b", "", nil, "NULL"])
        #expect(try await echo([true, false], as: "boolean[]") == [true, false])
        let dates = [Date(timeIntervalSince1970: 1), Date(timeIntervalSince1970: 2)]
        #expect(try await echo(dates, as: "timestamptz[]") == dates)
        let ids = [UUID(), UUID()]
        #expect(try await echo(ids, as: "uuid[]") == ids)
    }

    @Test("unnest takes several arrays apart, row by row")
    func unnest() async throws {
        let rows = try await testDatabase().connect().withSession { session in
            try session.execute(
                "select * from unnest(\(["a", "b"]), \([1.5, nil]), \([10, 20])) as t (key, value, step)"
            ).map { row in "\(try row.string("key")) \(try row.doubleOrNil("value") ?? -1) \(try row.int("step"))" }
        }
        #expect(rows == ["a 1.5 10", "b -1.0 20"])
    }

    @Test("A string fits an enum, an integer any numeric argument")
    func untyped() async throws {
        try await testDatabase().connect().withSession { session in
            try session.executeScript(
                unsafeRaw: """
                    create type mood as enum ('sad', 'happy');
                    create function half(number integer, small smallint) returns mood
                    language sql as 'select ''happy''::mood';
                    """
            )
            let mood = try session.execute("select half(\(7), \(3)) = \("happy"), half(1, 2::smallint)")
            #expect(try mood.bool(0, 0))
            #expect(try mood.string(0, 1) == "happy")
            #expect(try session.execute("select \(["sad", "happy"])::mood[]").decode([String].self, 0, 0).count == 2)
        }
    }

    @Test(
        "numeric in decimal notation",
        arguments: [
            "0", "-1", "12345.678", "0.00001", "100000000", "10000.0001", "-0.5", "99999999999999999999.99", "NaN",
            "Infinity", "-Infinity", "1.10", "10000", "0.0000",
        ]
    )
    func numeric(text: String) async throws {
        let (read, server) = try await testDatabase().connect().withSession { session in
            let rows = try session.execute("select \(text)::numeric, (\(text)::numeric)::text")
            return (try rows.string(0, 0), try rows.string(0, 1))
        }
        #expect(read == server)
    }

    @Test("A sum is an integer again")
    func sum() async throws {
        let sum = try await testDatabase().connect().withSession { session in
            try session.execute("select sum(x::bigint) as s from generate_series(1, 20000) x").row(0).int("s")
        }
        #expect(sum == 200_010_000)
    }
}
