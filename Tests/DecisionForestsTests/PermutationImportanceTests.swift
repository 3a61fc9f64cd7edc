import DecisionForests
import Testing

@Suite("Permutation importance")
struct PermutationImportanceTests {
    @Test("It agrees with scikit-learn's on diabetes")
    func diabetes() async throws {
        let (features, targets) = try Fixtures.table("diabetes")
        let trainer = RandomForestTrainer(
            hyperparameters: try Hyperparameters(task: .regression, treeCount: 5, maxDepth: 4),
            randomState: 3
        )
        let forest = try await trainer.train(on: TrainingSet(features: features, target: .values(targets)))

        let importance = try await PermutationImportance(
            forest,
            features,
            .values(targets),
            repeats: 3,
            randomState: 7
        )

        // sklearn.inspection.permutation_importance(forest, X, y, n_repeats=3, random_state=7)
        let means = [
            0.010446588837242587, 0.0061433647785975225, 0.35914302703819906, 0.07143594450479325,
            0.00440781495790817, 0.025761465968314894, 0.01948707054275234, 0.018454003335728403,
            0.2929992924672084, 0.034443176258100595,
        ]
        #expect(zip(importance.means, means).allSatisfy { isClose($0, $1, tolerance: 1e-10) })
        #expect(isClose(importance.standardDeviations[2], 0.012748192922446186, tolerance: 1e-10))
        #expect(isClose(importance.standardDeviations[8], 0.04873930510497862, tolerance: 1e-10))

        let weighted = try await PermutationImportance(
            forest,
            features,
            .values(targets),
            weights: targets.indices.map { Double($0 * 7 % 11) / 3 },
            repeats: 3,
            randomState: 7
        )
        // … with sample_weight=np.arange(442) * 7 % 11 / 3
        #expect(isClose(weighted.means[2], 0.35806791155287926, tolerance: 1e-10))
        #expect(isClose(weighted.means[8], 0.27362407823280405, tolerance: 1e-10))
    }
}
