internal import Tracking

extension TrackingStore {
    /// Notes on a logged model that it was registered, where MLflow's pages look for it.
    func noteRegistration(of id: LoggedModel.ID, as name: String, version: Int) async throws {
        let tag = "mlflow.modelVersions"
        guard let model = try await loggedModel(id) else { return }
        var known = JSONValue.array([])
        if var text = model.tags[tag] {
            known = text.withUTF8 { try? JSONParser.parse(UnsafeRawBufferPointer($0)) } ?? known
        }
        guard case .array(var registrations) = known else { return }
        registrations.append(
            .object([
                JSONValue.Member(name: "name", value: .string(name)),
                JSONValue.Member(name: "version", value: .number(String(version))),
            ])
        )
        try await setTags([tag: JSONValue.array(registrations).text], model: id)
    }
}
