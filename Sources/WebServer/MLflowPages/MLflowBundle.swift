#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// MLflow's own pages, from a wheel that a user has installed: a React bundle that was built once and only needs to be
/// sent.
public struct MLflowBundle: Sendable {
    /// There is none where it was said to be.
    public struct Missing: Error, Sendable, CustomStringConvertible {
        let directory: String

        public var description: String {
            "there are no pages of MLflow in '\(directory)': it has no index.html, nor have server/js/build and "
                + "mlflow/server/js/build in it; give the folder of an installed mlflow package"
        }
    }

    struct File: Sendable {
        let path: String
        let contentType: String
    }

    /// What a request may ask for, by its path within the bundle. Nothing else on the disk can be reached.
    private let files: [String: File]

    /// - Parameter directory: the folder of the bundle, that of the package `mlflow`, or the one in which that is
    ///   installed. Throws `Missing`.
    public init(directory: String) throws {
        let root = ["", "/server/js/build", "/mlflow/server/js/build"].map { directory + $0 }
            .first { FileManager.default.fileExists(atPath: $0 + "/index.html") }
        guard let root else { throw Missing(directory: directory) }
        files = Dictionary(uniqueKeysWithValues: try Self.files(in: root, below: "").map { ($0.key, $0.file) })
    }

    subscript(path: String) -> File? { files[path] }

    private static func files(in root: String, below folder: String) throws -> [(key: String, file: File)] {
        let manager = FileManager.default
        var found: [(key: String, file: File)] = []
        for name in try manager.contentsOfDirectory(atPath: root + "/" + folder) {
            let key = folder.isEmpty ? name : folder + "/" + name
            let path = root + "/" + key
            let attributes = try manager.attributesOfItem(atPath: path)
            switch attributes[.type] as? FileAttributeType {
            case .typeDirectory: found += try files(in: root, below: key)
            case .typeRegular:
                found.append((key, File(path: path, contentType: contentType(name))))
            // A link could lead anywhere.
            default: continue
            }
        }
        return found
    }

    private static func contentType(_ name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json": "application/json"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "gif": "image/gif"
        case "jpg", "jpeg": "image/jpeg"
        case "ico": "image/x-icon"
        case "woff": "font/woff"
        case "woff2": "font/woff2"
        case "ttf": "font/ttf"
        case "wasm": "application/wasm"
        case "txt", "map": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}
