/// A value that is made once, by whoever asks first; the others wait. A failure is remembered, too.
actor Once<Value: Sendable> {
    private let make: @Sendable () async throws -> Value
    private var made: Task<Value, any Error>?

    init(_ make: @escaping @Sendable () async throws -> Value) {
        self.make = make
    }

    func get() async throws -> Value {
        let make = make
        // Not a child of the first who asks: its cancellation must not take the value from the others.
        let task = made ?? Task { try await make() }
        made = task
        return try await task.value
    }
}
