internal import Access
internal import Artifacts
internal import Datasets
internal import Hummingbird
internal import JobSubmission
internal import Jobs
internal import MLflowAPI
internal import ModelFormat
internal import Registry
internal import Threads
internal import Tracking

/// Forms that queue jobs, with the checks of `submit`.
struct SubmitPages: Sendable {
    let stores: PageStores

    func add(to pages: PageRouter) {
        for kind in [SubmitKind.train, .predict] {
            pages.get("/submit/\(kind.rawValue)", needs: .write) { request in
                let values = try await values(kind, request)
                return page(kind, request.viewer, values, [:])
            }
            pages.post("/submit/\(kind.rawValue)", needs: .write) { request, form in
                try await submit(kind, request, form)
            }
        }
    }

    private func page(
        _ kind: SubmitKind,
        _ viewer: Viewer,
        _ values: [String: String],
        _ problems: [String: String]
    ) -> Page {
        let groups = kind.groups.map { $0.html(values, problems) }
        let kept = values["digest"].map { digest -> HTML in
            """
            <p class="muted">The data is <b>\(values["file_name"] ?? "an uploaded file")</b>, which was uploaded before; \
            choose another file to replace it.</p><input type="hidden" name="digest" value="\(digest)">\
            <input type="hidden" name="file_name" value="\(values["file_name"] ?? "data.csv")">
            """
        }
        let named = Set(kind.groups.flatMap(\.fields).map(\.name))
        let others = problems.filter { !named.contains($0.key) }.map(\.value).sorted()
        let summary: HTML =
            problems.isEmpty
            ? ""
            : """
            <p class="error" role="alert">Nothing was queued. \(others.isEmpty ? "See what is wrong below." : others.joined(separator: "\n"))</p>
            """
        var page = Page(
            kind.title,
            section: .jobs,
            body: """
                \(summary)\(viewer.form(
                    to: Location("submit", kind.rawValue),
                    class: "submit",
                    needs: .write,
                    hasFiles: true,
                    "\(kept)\(groups)<p><button class=\"primary\">\(kind.button)</button></p>"
                ))
                """
        )
        page.trail = [("Jobs", Location("jobs"))]
        if !problems.isEmpty { page.status = .badRequest }
        return page
    }

    /// What the form begins with: the defaults, a model that a link names, or what another job was told.
    private func values(_ kind: SubmitKind, _ request: PageRequest) async throws -> [String: String] {
        if let text = request.query["job"], let number = Int64(text) {
            let job = try await stores.jobs.summary(of: Job.ID(rawValue: number))
            return try SubmitValues.of(job, kind)
        }
        var values = SubmitValues.defaults(kind)
        values.merge(SubmitValues.of(request.query, kind)) { $1 }
        return values
    }

    private func submit(_ kind: SubmitKind, _ request: PageRequest, _ form: Form) async throws -> Outcome {
        var answers: [String: String] = [:]
        for name in kind.fieldNames + ["digest", "file_name"] {
            if let value = form[name] { answers[name] = value }
        }
        do {
            let data = try SubmitAnswers(answers).data(try await UploadedData(form, artifacts: stores.artifacts))
            // Reading a table and checking each point of a sweep takes long: not on the threads that answer everybody.
            let jobs: [SubmittedJob] = try await withTaskExecutorPreference(CachedThreadPool.shared) {
                switch kind {
                case .train: try await stores.submissions.submitAll(SubmitAnswers(answers).train(data))
                case .predict: [try await stores.submissions.submit(SubmitAnswers(answers).predict(data))]
                }
            }
            // Of a sweep, the job that stands for all.
            return .see(Location("jobs", jobs[jobs.count - 1].id.description), .submitted)
        } catch {
            guard let (field, message) = Self.problem(error, answers) else { throw error }
            return .page(page(kind, request.viewer, answers, [field: message]))
        }
    }

    /// The field at fault and what is wrong with it; nil for what is nobody's fault.
    static func problem(_ error: any Error, _ answers: [String: String]) -> (field: String, message: String)? {
        switch error {
        case let error as SubmissionError:
            let text = error.description
            guard let option = error.option else { return ("", text) }
            let message = text.hasPrefix("\(option): ") ? String(text.dropFirst(option.count + 2)) : text
            return (String(option.dropFirst(2)).replacing("-", with: "_"), message)
        case let error as DataError: return (field(of: error, answers), error.description)
        case let error as ModelError: return ("model", error.description)
        case let error as RegistryError: return ("model", error.description)
        // What the form itself has not checked.
        case let error as TrackingError: return ("run_name", error.description)
        case let error as JobError: return (error.code == .dependencyFailed ? "after" : "", error.message)
        case let error as ArtifactError where error.code == .invalidPath || error.code == .notFound:
            return ("data", error.description)
        default: return nil
        }
    }

    private static func field(of error: DataError, _ answers: [String: String]) -> String {
        switch error.code {
        case .badTestSize, .tooFewRows: return "test_size"
        case .badRowRange: return "rows"
        case .badWeight: return "sample_weight"
        case .badCategories: return "categorical"
        case .textTarget, .constantTarget, .continuousTarget: return "target"
        case .textFeature, .noFeatures: return "features"
        case .unknownColumn where error.column == nil: return "data"
        case .unknownColumn where error.column == answers["target"]: return "target"
        case .unknownColumn where answers["categorical"]?.contains(error.column ?? "") == true: return "categorical"
        case .unknownColumn where error.column == answers["sample_weight"]: return "sample_weight"
        case .unknownColumn where answers["features"] != nil: return "features"
        default: return answers["data"] == SubmitAnswers.sql ? "sql" : "data"
        }
    }
}
