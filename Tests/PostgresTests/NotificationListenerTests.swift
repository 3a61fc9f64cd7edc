import Dispatch
import TestSupport
import Testing

@testable import Postgres

@Suite(.emptyDatabase, .timeLimit(.minutes(5)))
struct NotificationListenerTests {
    @Test("What is sent after `.listening` arrives, in order")
    func arrives() async throws {
        let database = try testDatabase()
        var events = NotificationListener(database.configuration, channels: ["a", "Mixed Case"]).makeAsyncIterator()
        #expect(await events.next(isolation: #isolation) == .listening(afterReconnecting: false))
        let sender = database.connect()
        try await sender.execute("select pg_notify('a', \("one"))")
        try await sender.execute("select pg_notify('other', 'not for us')")
        try await sender.execute("select pg_notify('Mixed Case', '')")
        for (channel, payload) in [("a", "one"), ("Mixed Case", "")] {
            guard case .notification(let notification)? = await events.next(isolation: #isolation) else {
                Issue.record("no notification")
                return
            }
            #expect(notification.channel == channel)
            #expect(notification.payload == payload)
        }
    }

    @Test("It comes back after the server has ended the connection, and says so")
    func comesBack() async throws {
        let database = try testDatabase()
        var events = NotificationListener(database.configuration, channels: ["a"]).makeAsyncIterator()
        #expect(await events.next(isolation: #isolation) == .listening(afterReconnecting: false))
        let sender = database.connect()
        try await sender.execute(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            """
        )
        guard case .disconnected? = await events.next(isolation: #isolation) else {
            Issue.record("no disconnection")
            return
        }
        #expect(await events.next(isolation: #isolation) == .listening(afterReconnecting: true))
        try await sender.execute("select pg_notify('a', 'again')")
        guard case .notification(let notification)? = await events.next(isolation: #isolation) else {
            Issue.record("no notification")
            return
        }
        #expect(notification.payload == "again")
    }

    @Test("A server that ends the connection is noticed at once, also by one that is busy just then")
    func endsWhileBusy() async throws {
        let database = try testDatabase()
        let (stream, events) = AsyncStream.makeStream(of: NotificationListener.Event.self)
        let goOn = DispatchSemaphore(value: 0)
        let loop = ListenLoop(
            database.configuration,
            channels: ["a"],
            presenceLock: nil,
            heartbeat: .seconds(7200),
            logger: nil
        ) { event in
            events.yield(event)
            if case .notification = event { goOn.wait() }
        }
        loop.start()
        defer { loop.stop() }
        var iterator = stream.makeAsyncIterator()
        #expect(await iterator.next() == .listening(afterReconnecting: false))
        let sender = database.connect()
        try await sender.execute("select pg_notify('a', '')")
        _ = await iterator.next()

        try await sender.execute(
            """
            select pg_terminate_backend(pid, 60000) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            """
        )
        // What the server said and the end of the connection are both there by now, mostly.
        try await Task.sleep(for: .milliseconds(100))
        goOn.signal()

        guard case .disconnected? = await iterator.next() else {
            Issue.record("no disconnection")
            return
        }
        #expect(await iterator.next() == .listening(afterReconnecting: true))
    }

    @Test("A server that vanished without a word is noticed")
    func halfOpen() async throws {
        let relay = try Relay(to: testDatabase().configuration)
        try relay.listen()
        var events = NotificationListener(relay.configuration, channels: ["a"], heartbeat: .milliseconds(50))
            .makeAsyncIterator()
        #expect(await events.next(isolation: #isolation) == .listening(afterReconnecting: false))
        relay.freeze()
        #expect(await events.next(isolation: #isolation) == .disconnected(reason: "the server does not answer"))
        #expect(await events.next(isolation: #isolation) == .listening(afterReconnecting: true))
    }

    @Test("A server that takes the connection and then says nothing is given up")
    func silent() async throws {
        let relay = try Relay(to: testDatabase().configuration)
        relay.lose("listen ")
        try relay.listen()
        var events = NotificationListener(relay.configuration, channels: ["a"]).makeAsyncIterator()
        guard case .disconnected? = await events.next(isolation: #isolation) else {
            Issue.record("no disconnection")
            return
        }
        relay.lose(nil)
        var event = await events.next(isolation: #isolation)
        while case .disconnected? = event { event = await events.next(isolation: #isolation) }
        #expect(event == .listening(afterReconnecting: false))
    }

    @Test("It waits for a server that is not there yet")
    func notThereYet() async throws {
        let relay = try Relay(to: testDatabase().configuration)
        var events = NotificationListener(relay.configuration, channels: ["a"]).makeAsyncIterator()
        guard case .disconnected? = await events.next(isolation: #isolation) else {
            Issue.record("no disconnection")
            return
        }
        try relay.listen()
        var event = await events.next(isolation: #isolation)
        while case .disconnected? = event { event = await events.next(isolation: #isolation) }
        #expect(event == .listening(afterReconnecting: false))
    }

    @Test("Cancelling the task ends the sequence and the connection")
    func ends() async throws {
        let database = try testDatabase()
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in NotificationListener(database.configuration, channels: ["a"]) { start.yield() }
        }
        for await _ in started { break }
        task.cancel()
        await task.value
        let connection = database.connect()
        let others: SQL = """
            select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
            """
        while try await connection.execute(others) > 0 {}
    }
}
