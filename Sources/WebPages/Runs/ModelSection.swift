internal import Foundation
internal import ModelFormat
internal import Presentation
internal import Registry
internal import Tracking

/// The models that a run logged: what they take, and how to load them.
struct ModelSection {
    let run: Run
    let models: [LoggedModel]
    let versions: [ModelVersion]
    /// How the browser reached this server.
    let host: String

    var html: HTML {
        """
        <section aria-labelledby="model-title"><h2 id="model-title">\(models.count == 1 ? "Model" : "Models")</h2>
        \(registered)\(models.map(section))</section>
        """
    }

    private var registered: HTML {
        guard !versions.isEmpty else { return "" }
        let names = versions.map { version -> HTML in
            let place = Location("models", version.model, "\(version.version)")
            let aliases = version.aliases.map { HTML.badge($0, "alias") }
            return ([.link("\(version.model) version \(version.version)", to: place)] + aliases).joined(separator: " ")
        }
        return "<p>Registered as \(names.joined(separator: ", ")).</p>"
    }

    private func section(_ model: LoggedModel) -> HTML {
        let path = model.artifactPath ?? model.name
        return """
            <h3>\(path)</h3>\(Self.signature(model.signature))\
            \(ModelSnippets(uri: uri(path), run: run.id.rawValue, path: path, host: host).html)
            """
    }

    private func uri(_ path: String) -> String {
        versions.first.map { "models:/\($0.model)/\($0.version)" } ?? "runs:/\(run.id.rawValue)/\(path)"
    }

    /// The columns that a model takes and gives.
    static func signature(_ json: String?) -> HTML {
        guard let json, let signature = SignatureText(json) else { return "" }
        return
            "<dl class=\"facts\"><dt>Takes</dt><dd>\(signature.inputs)</dd><dt>Gives</dt><dd>\(signature.outputs)</dd></dl>"
    }
}

/// How to use a model from the shell, Python and SQL.
struct ModelSnippets {
    let uri: String
    let run: String?
    let path: String
    let host: String

    var html: HTML {
        let shell = """
            submit predict --model \(uri.shellWord) --data diabetes --rows '0..<5' --wait
            """
        let python = """
            import mlflow
            mlflow.set_tracking_uri("http://\(host)")
            model = mlflow.pyfunc.load_model(\(Self.pythonQuoted(uri)))
            model.predict(rows)  # a DataFrame; whole numbers as floats, too: rows.astype(float)
            """
        let sql = """
            select row_index, prediction, actual
            from coppice.prediction_history
            where run_id = '\(run ?? "RUN_ID")'
            order by row_index;
            """
        let isRegistered = uri.hasPrefix("models:/")
        let registered = """
            select version, aliases, metrics, created_at
            from coppice.model_history
            where model || '/' || version = '\(uri.dropFirst("models:/".count).replacing("'", with: "''"))';
            """
        return """
            <details class="more"><summary>How to use it: shell, Python, SQL</summary>
            <p><b>Shell</b></p>\(HTML.snippet(shell, label: "Shell command"))
            <p><b>Python</b></p>\(HTML.snippet(python, label: "Python program"))
            <p><b>SQL</b></p>\(HTML.snippet(isRegistered ? registered : sql, label: "SQL query"))</details>
            """
    }

    private static func pythonQuoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

/// A signature in words.
struct SignatureText {
    let inputs: String
    let outputs: String

    /// Reads MLflow's JSON of a logged model; nil if it cannot be understood.
    init?(_ json: String) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any],
            let inputs = Self.schema(object["inputs"])
        else { return nil }
        self.inputs = Self.text(inputs)
        outputs = Self.schema(object["outputs"]).map(Self.text) ?? "it does not say"
    }

    /// Workers write the columns as JSON, clients as a text that is JSON.
    private static func schema(_ value: Any?) -> ModelSignature.Schema? {
        if let text = value as? String { return try? ModelSignature.Schema(json: text) }
        guard let columns = value as? [Any], let data = try? JSONSerialization.data(withJSONObject: columns) else {
            return nil
        }
        return try? ModelSignature.Schema(json: String(decoding: data, as: UTF8.self))
    }

    private static func text(_ schema: ModelSignature.Schema) -> String {
        switch schema {
        case .columns(let columns):
            columns.map { "\($0.name) (\($0.type)\($0.isRequired ? "" : ", may be missing"))" }.joined(separator: ", ")
        case .tensor(let type, let shape):
            "\(type)[\(shape.map { $0 < 0 ? "any" : String($0) }.joined(separator: " × "))]"
        }
    }
}
