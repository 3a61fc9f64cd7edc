/// Memory that lives as long as one tree grows.
///
/// Kernels read and write it through pointers: dividing a list takes 1 ns an entry so, and 32 through the arrays of a
/// class, with their checks of bounds, uniqueness and exclusive access.
final class Scratch {
    private var blocks: [UnsafeMutableRawPointer] = []

    /// Uninitialised memory for `count` values of a trivial type, aligned for vector loads.
    func allocate<Value: BitwiseCopyable>(_: Value.Type, _ count: Int) -> UnsafeMutablePointer<Value> {
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, count) * MemoryLayout<Value>.stride,
            alignment: 64
        )
        blocks.append(block)
        return block.bindMemory(to: Value.self, capacity: count)
    }

    deinit {
        for block in blocks { block.deallocate() }
    }
}
