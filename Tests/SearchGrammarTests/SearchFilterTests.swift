import SearchGrammar
import Testing

struct SearchFilterTests {
    private func parse(_ text: String, _ rules: SearchRules = .runs) throws -> [SearchCondition] {
        try SearchFilter(text, rules: rules).conditions
    }

    @Test("Every entity, spelling and comparison becomes a condition")
    func conditions() throws {
        let conditions = try parse(
            "metrics.rmse < 55 AND params.`max depth` != '5' and tags.\"team\" ILIKE 'vis%' AND created >= 1.5 "
                + "AND run_id NOT IN ('a', \"b\") AND dataset.context = 'training' AND tags.x IS NOT NULL"
        )

        #expect(
            conditions == [
                SearchCondition(SearchField(.metric, "rmse"), .less, .number(55)),
                SearchCondition(SearchField(.parameter, "max depth"), .notEqual, .string("5")),
                SearchCondition(SearchField(.tag, "team"), .iLike, .string("vis%")),
                SearchCondition(SearchField(.attribute, "start_time"), .greaterOrEqual, .number(1.5)),
                SearchCondition(SearchField(.attribute, "run_id"), .isNotIn, .strings(["a", "b"])),
                SearchCondition(SearchField(.dataset, "context"), .equal, .string("training")),
                SearchCondition(SearchField(.tag, "x"), .isNotNull, .nothing),
            ]
        )
    }

    @Test(
        "What is wrong is said, with what is allowed",
        arguments: [
            ("metrics.rmse < 'x'", "expected is a number"),
            ("params.a < '5'", "allowed are =, !=, LIKE, ILIKE, IS NULL, IS NOT NULL"),
            ("params.a = 5", "text in quotes"),
            ("colour = 'red'", "allowed are artifact_uri, end_time, run_id"),
            ("metricks.a > 1", "allowed are metrics, params, tags, attributes, datasets"),
            ("datasets.size = 'x'", "allowed are name, digest and context"),
            ("metrics.a-b > 1", "into `backticks`"),
            ("metrics.a >", "at the end"),
            ("params.a = 'x", "never closed"),
            ("run_id IN ()", "empty"),
            ("params.a LIKE 'x\\'", "ends with \\"),
            ("metrics.a > 1 OR metrics.b > 1", "attribute 'OR'"),
        ]
    )
    func errors(text: String, part: String) {
        let error = #expect(throws: SearchError.self) { try parse(text) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }

    @Test("NUL, which no database keeps, is refused anywhere")
    func nul() {
        #expect(throws: SearchError.self) { try parse("params.a = 'x\0'") }
        #expect(throws: SearchError.self) { try SearchOrder("metrics.`\0`", rules: .runs) }
    }

    @Test(
        "Each kind of thing has its own attributes",
        arguments: [
            ("name = 'x' AND tags.a = 'b' AND creation_time > 5", true, false, false, true),
            ("experiment_id IN ('1', '2')", true, false, false, false),
            ("experiment_id = 'x'", false, false, false, false),
            ("creation_time > 1.5", false, false, false, true),
            ("name IN ('a', 'b')", false, true, true, true),
            ("version_number >= 3", false, false, true, false),
            ("source_path LIKE 's3:%'", false, false, true, false),
            ("source_path IN ('a')", false, false, false, false),
            ("params.lr = 0.01 AND metrics.loss < 1 AND name = forest", false, false, false, true),
        ]
    )
    func rules(text: String, experiments: Bool, models: Bool, versions: Bool, logged: Bool) {
        let accepted = [SearchRules.experiments, .registeredModels, .modelVersions, .loggedModels].map { rules in
            (try? parse(text, rules)) != nil
        }
        #expect(accepted == [experiments, models, versions, logged])
    }

    @Test("An order names a thing once")
    func order() throws {
        #expect(try SearchOrder.list(["metrics.a", "metrics.b DESC"], rules: .runs).count == 2)
        #expect(throws: SearchError.self) { try SearchOrder.list(["created", "start_time DESC"], rules: .runs) }
        #expect(throws: SearchError.self) { try SearchOrder("params.a", rules: .experiments) }
    }
}
