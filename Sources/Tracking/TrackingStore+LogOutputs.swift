internal import Postgres

extension TrackingStore {
    /// Says which data and which models an active run used.
    ///
    /// Throws `TrackingError`: `notFound` (run, model), `deleted`, `invalid`.
    public func logInputs(_ inputs: [RunInput], models: [LoggedModel.ID] = [], run id: Run.ID) async throws {
        try await pool.withTransaction { session in
            let run = try Self.requireActive(id, in: session)
            let experiment = try session.execute("select experiment_id from coppice.runs where run_no = \(run)").int64(
                0,
                0
            )
            try Self.logInputs(inputs, run: run, experiment: Experiment.ID(rawValue: experiment), in: session)
            for model in models {
                let number = try Self.loggedModelNumber(model, in: session)
                try session.execute(
                    """
                    insert into coppice.run_model_inputs (run_no, model_no) values (\(run), \(number))
                    on conflict do nothing
                    """
                )
            }
        }
    }

    /// Says which models an active run made. Throws `TrackingError`: `notFound` (run, model), `deleted`.
    public func logOutputs(_ outputs: [RunOutput], run id: Run.ID) async throws {
        try await pool.withTransaction { session in
            let run = try Self.requireActive(id, in: session)
            for output in outputs {
                let number = try Self.loggedModelNumber(output.model, in: session)
                try session.execute(
                    """
                    insert into coppice.run_outputs (run_no, model_no, step) values (\(run), \(number), \(output.step))
                    on conflict (run_no, model_no) do update set step = excluded.step
                    """
                )
            }
        }
    }
}
