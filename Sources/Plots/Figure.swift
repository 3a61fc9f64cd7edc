/// Something to draw. A new kind of figure is one value of this protocol; the renderer knows none of them.
public protocol Figure: Sendable {
    /// File name without extension.
    var name: String { get }
    /// In points of 1/72 inch.
    var size: FigureSize { get }
    /// Adds the commands that draw it; terminal, output and `Style` are set.
    func draw(in script: inout GnuplotScript)
}

public struct FigureSize: Sendable, Equatable {
    public let width: Int
    public let height: Int

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }
}

/// What stands above a figure: a title, and below it in small letters what the reader should know.
public struct Caption: Sendable, Equatable {
    public var title: String
    public var details: [String]

    public init(_ title: String, details: [String] = []) {
        self.title = title
        self.details = details
    }

    /// Says so where a figure leaves something out.
    func notingShown(_ limit: Int, of count: Int, _ things: String) -> Caption {
        guard count > limit else { return self }
        return Caption(title, details: details + ["\(limit) of \(count) \(things) shown"])
    }
}

/// The file formats of a figure.
public enum ImageFormat: String, Sendable, CaseIterable {
    case png, svg
}

/// A figure in a file format.
public struct RenderedImage: Sendable, Equatable {
    /// The figure's name with the extension of the format.
    public let name: String
    public let format: ImageFormat
    public let bytes: [UInt8]
}
