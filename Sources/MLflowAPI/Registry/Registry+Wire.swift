internal import Registry

extension RegisteredModel {
    /// MLflow's `RegisteredModel`.
    func write(_ model: inout JSONWriter, latest: [ModelVersion]) {
        model.member("name", name)
        model.member("creation_timestamp", createdAt.milliseconds)
        model.member("last_updated_timestamp", updatedAt.milliseconds)
        model.member("description", description.isEmpty ? nil : description)
        model.array("latest_versions", latest) { $1.write(&$0) }
        model.pairs("tags", tags)
        model.array("aliases", aliases.sorted { $0.key < $1.key }) { writer, alias in
            writer.object {
                $0.member("alias", alias.key)
                $0.member("version", String(alias.value))
            }
        }
    }
}

extension ModelVersion {
    /// MLflow's `ModelVersion`.
    func write(_ writer: inout JSONWriter) {
        writer.object(writeMembers)
    }

    func writeMembers(_ version: inout JSONWriter) {
        version.member("name", model)
        version.member("version", String(self.version))
        version.member("creation_timestamp", createdAt.milliseconds)
        version.member("last_updated_timestamp", updatedAt.milliseconds)
        version.member("user_id", user.isEmpty ? nil : user)
        version.member("current_stage", stage.rawValue)
        version.member("description", description)
        version.member("source", source)
        version.member("run_id", run ?? "")
        version.member("status", status.rawValue)
        version.member("status_message", statusMessage.isEmpty ? nil : statusMessage)
        version.pairs("tags", tags)
        version.member("run_link", runLink)
        version.array("aliases", aliases) { $0.write($1) }
    }
}

extension ModelVersion.Stage {
    /// Reads a stage in whatever case. Throws `MLflowError`.
    init(wire text: String) throws(MLflowError) {
        guard let stage = Self.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() }) else {
            throw MLflowError(
                .invalidParameterValue,
                "Invalid Model Version stage: \(text). Value must be one of None, Staging, Production, Archived."
            )
        }
        self = stage
    }
}

extension Message {
    /// The number of a version. Throws `MLflowError`.
    func version() throws(MLflowError) -> Int {
        let text = text("version")
        guard let version = Int(text) else {
            throw MLflowError(.invalidParameterValue, "Parameter 'version' must be an integer, got '\(text)'.")
        }
        return version
    }
}

extension RegistryStore {
    /// The latest version in each stage that has one.
    func latestVersions(of name: String, in stages: [ModelVersion.Stage] = []) async throws -> [ModelVersion] {
        try await latestVersions(of: [name], in: stages)[name] ?? []
    }
}
