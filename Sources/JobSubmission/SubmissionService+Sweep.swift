internal import DataAccess
internal import Datasets
internal import DecisionForests
internal import Jobs

extension SubmissionService {
    /// How many points one sweep may have.
    static let pointLimit = 10_000

    /// Data, seeds and split are the same for all points, so that they can be compared.
    func prepare(_ request: TrainRequest, _ grid: SweepGrid) async throws -> PreparedJob {
        try check(request)
        if request.alias != nil && request.ifBetter == nil {
            throw SubmissionError(
                option: "--alias",
                "each point of the sweep would move it: add --if-better METRIC, so that the best one keeps it"
            )
        }
        let sampleSeed = request.sampleSeed ?? .random(in: 0 ... .max)
        let numbers = try chosenPoints(of: grid, request, seed: sampleSeed)
        let given = try request.data.found()
        let loaded = try await data.load(given, textColumns: request.categorical?.textColumns ?? [])
        let points = try told(request, grid, numbers, given: given, table: loaded.table)
        try await data.upload(given, table: loaded.table, user: submitter.user)

        var prepared = whole(request, grid, points[0], sampleSeed: sampleSeed, pointCount: points.count)
        prepared.parts = points.enumerated().map { index, told in part(request, told, number: index + 1) }
        return prepared
    }

    private func chosenPoints(of grid: SweepGrid, _ request: TrainRequest, seed: UInt32) throws -> [Int] {
        if let count = request.sample {
            guard count <= Self.pointLimit else {
                throw SubmissionError(option: "--sample", "\(count) is too many: give at most \(Self.pointLimit)")
            }
            return try grid.sample(count, seed: seed)
        }
        guard grid.count <= Self.pointLimit else {
            throw SubmissionError(
                option: grid.axes[0].option.flag,
                "the sweep has \(grid.count) points, more than \(Self.pointLimit): list fewer values, or draw some with "
                    + "--sample N"
            )
        }
        return Array(0..<grid.count)
    }

    /// What each point is told, all checked.
    private func told(
        _ request: TrainRequest,
        _ grid: SweepGrid,
        _ numbers: [Int],
        given: GivenData,
        table: Table
    ) throws -> [TrainForest] {
        var request = request
        request.splitSeed = request.splitSeed ?? .random(in: 0 ... .max)
        let randomState = UInt32.random(in: 0 ... .max)
        var seen: Set<[String: String]> = []
        var rows: TrainableRows?
        return try numbers.map { number in
            request.forest = grid.point(number)
            if request.forest[.randomState] == nil { request.forest[.randomState] = String(randomState) }
            let told = try told(request, given: given, table: table)
            let fitted = try rows ?? TrainableRows(told, in: table)
            rows = fitted
            try check(told, fits: fitted)
            guard seen.insert(told.params).inserted else {
                let values = grid.axes.map { "\($0.option.flag) \(request.forest[$0.option] ?? "")" }
                throw SubmissionError(
                    option: grid.axes[0].option.flag,
                    "\(values.joined(separator: " ")) is the same as another point: give each value once"
                )
            }
            return told
        }
    }

    private func whole(
        _ request: TrainRequest,
        _ grid: SweepGrid,
        _ point: TrainForest,
        sampleSeed: UInt32,
        pointCount: Int
    ) -> PreparedJob {
        let varied = grid.axes.map(\.option.rawValue)
        // What is the same for all points, and the lists of the rest.
        var params = point.params
        for axis in grid.axes { params[axis.option.rawValue] = axis.values.joined(separator: ",") }
        params["points"] = String(pointCount)
        if request.sample != nil {
            params["sample"] = String(pointCount)
            params["sample_seed"] = String(sampleSeed)
        }
        let metric = request.ifBetter ?? (point.hyperparameters.task == .regression ? "rmse" : "accuracy")
        // It takes moments.
        var queueing = request.queueing.ofWhole
        queueing.timeout = nil
        return prepared(
            kind: SumUpSweep.kind,
            spec: SumUpSweep(metric: metric, varied: varied),
            params: params,
            drawnSeeds: request.drawnSeeds,
            tracking: request.tracking,
            queueing: queueing
        )
    }

    /// - Parameter number: from 1.
    private func part(_ request: TrainRequest, _ told: TrainForest, number: Int) -> NewJob {
        var tracking = request.tracking
        tracking.runName = tracking.runName.map { "\($0)-\(number)" }
        return prepared(
            kind: TrainForest.kind,
            spec: told,
            params: told.params,
            tracking: tracking,
            queueing: request.queueing.ofPart
        ).job
    }
}
