internal import Synchronization

/// Memory that lives as long as one tree grows, and then serves the next one.
///
/// Kernels read and write it through pointers: dividing a list takes 1 ns an entry so, and 32 through the arrays of a
/// class, with their checks of bounds, uniqueness and exclusive access. It is kept for the next tree because memory that
/// comes new from the system is cleared page by page, which took a sixth of the time of a deep tree.
final class Scratch {
    private static let alignment = 64
    private static let leastBlock = 1 << 16
    private var blocks: [UnsafeMutableRawBufferPointer] = []
    /// How much of the last block is in use.
    private var used = 0

    /// Uninitialised memory for `count` values of a trivial type, aligned for vector loads.
    func allocate<Value: BitwiseCopyable>(_: Value.Type, _ count: Int) -> UnsafeMutablePointer<Value> {
        let wanted = max(1, count) * MemoryLayout<Value>.stride
        let size = (wanted + Self.alignment - 1) / Self.alignment * Self.alignment
        if blocks.last.map({ $0.count - used < size }) ?? true { add(max(size, Self.leastBlock)) }
        let start = blocks[blocks.count - 1].baseAddress! + used
        used += size
        return start.bindMemory(to: Value.self, capacity: max(1, count))
    }

    /// Forgets all that was allocated; what was allocated together will fit into one block next time.
    func reset() {
        if blocks.count > 1 {
            let total = blocks.reduce(0) { $0 + $1.count }
            free()
            add(total)
        }
        used = 0
    }

    private func add(_ size: Int) {
        blocks.append(.allocate(byteCount: size, alignment: Self.alignment))
        used = 0
    }

    private func free() {
        for block in blocks { block.deallocate() }
        blocks = []
    }

    deinit { free() }
}

/// The memory of trees that have been grown, for those still to come.
///
/// Each is used by one thread at a time: hence not checked.
final class ScratchPool: @unchecked Sendable {
    private let idle = Mutex<[Lent]>([])

    private struct Lent: @unchecked Sendable { let scratch: Scratch }

    func with<Result>(_ body: (Scratch) throws -> Result) rethrows -> Result {
        let lent = idle.withLock { $0.popLast() } ?? Lent(scratch: Scratch())
        defer {
            lent.scratch.reset()
            idle.withLock { $0.append(lent) }
        }
        return try body(lent.scratch)
    }
}
