/// A priority queue that breaks ties as the C++ standard library's heap does, on which scikit-learn's growth order rests.
struct BinaryHeap<Element> {
    private var elements: [Element] = []
    private let isLess: (Element, Element) -> Bool

    init(_ isLess: @escaping (Element, Element) -> Bool) {
        self.isLess = isLess
    }

    /// O(log count)
    mutating func push(_ element: Element) {
        elements.append(element)
        rise(element, from: elements.count - 1, top: 0)
    }

    /// Removes the largest element. O(log count)
    mutating func pop() -> Element? {
        guard let last = elements.popLast() else { return nil }
        guard let largest = elements.first else { return last }
        // The hole sinks to a leaf along the larger children, then the last element rises from there.
        var hole = 0
        var child = 2
        while child < elements.count {
            if isLess(elements[child], elements[child - 1]) { child -= 1 }
            elements[hole] = elements[child]
            hole = child
            child = 2 * child + 2
        }
        if child == elements.count {
            elements[hole] = elements[child - 1]
            hole = child - 1
        }
        rise(last, from: hole, top: 0)
        return largest
    }

    private mutating func rise(_ element: Element, from start: Int, top: Int) {
        var hole = start
        while hole > top {
            let parent = (hole - 1) / 2
            guard isLess(elements[parent], element) else { break }
            elements[hole] = elements[parent]
            hole = parent
        }
        elements[hole] = element
    }
}
