import Datasets
import DecisionForests
import Testing

@Suite("Features and target")
struct LabelledTableTests {
    private func table(_ text: String) throws -> Table { try CSVReader().read(text) }

    @Test("The target is the last column unless named; the rest are features unless chosen")
    func selection() throws {
        let data = try table("a,b,c\n1,2,3\n4,5,6\n")

        let standard = try LabelledTable(data)
        #expect(standard.targetName == "c")
        #expect(standard.featureNames == ["a", "b"])
        #expect(standard.target == .values([3, 6]))
        #expect(standard.featureMatrix == FeatureMatrix(columns: [[1, 4], [2, 5]]))

        let chosen = try LabelledTable(data, target: "a", features: ["c", "b"])
        #expect(chosen.featureNames == ["c", "b"])
        #expect(chosen.target == .values([1, 4]))
    }

    @Test("Classes are numbered in the order of their labels")
    func classes() throws {
        let text = try LabelledTable(table("a,b\n1,y\n2,x\n3,y\n"), task: .classification)
        #expect(text.target == .classes([1, 0, 1], count: 2))
        #expect(text.classLabels == ["x", "y"])

        let numbers = try LabelledTable(table("a,b\n1,10\n2,-1\n3,9\n"), task: .classification)
        #expect(numbers.target == .classes([2, 0, 1], count: 3))
        #expect(numbers.classLabels == ["-1", "9", "10"])
    }

    @Test(
        "Data that cannot be learnt from are refused",
        arguments: [
            ("a,b\n1,2\n2,NaN\n", .missingValue, 1, "b"),
            ("a,b\n1,2\n-inf,3\n", .infiniteValue, 1, "a"), ("a,b\n1e39,2\n3,3\n", .infiniteValue, 0, "a"),
            ("a,b\n1,2\n3,inf\n", .infiniteValue, 1, "b"), ("a,b\n1,2\n3,2\n", .constantTarget, nil, "b"),
            ("a,b\n,2\nx,3\n", .textFeature, 1, "a"), ("a,b\n1,x\n3,y\n", .textTarget, 0, "b"),
            ("b\n1\n2\n", .noFeatures, nil, nil),
        ] as [(String, DataError.Code, Int?, String?)]
    )
    func refusals(text: String, code: DataError.Code, row: Int?, column: String?) throws {
        let data = try table(text)
        #expect { try LabelledTable(data) } throws: { error in
            let error = error as? DataError
            return error?.code == code && error?.row == row && error?.column == column
        }
    }

    @Test(
        "A target with fractions or one value has no classes",
        arguments: [
            ("a,b\n1,0.5\n2,1\n", .continuousTarget), ("a,b\n1,x\n2,x\n", .constantTarget),
            ("a,b\n1,9007199254740993\n2,1\n", .continuousTarget),
            ("a,b\n1,2\n2,2\n", .constantTarget),
            ("a,b\n1,x\n2,\n", .missingValue),
        ] as [(String, DataError.Code)]
    )
    func noClasses(text: String, code: DataError.Code) throws {
        let data = try table(text)
        #expect { try LabelledTable(data, task: .classification) } throws: { ($0 as? DataError)?.code == code }
    }

    @Test("Missing feature values pass, unless they are refused")
    func missingValues() throws {
        let data = try LabelledTable(table("a,c,b\n1,2,2\n1,,3\n"))
        #expect(data.featureMatrix[1, 1].isNaN)
        #expect(try #require(data.firstMissingValue) == (1, "c"))
        #expect { try LabelledTable(table("a,b\n1,2\n,3\n"), missingValues: .refused) } throws: { error in
            let error = error as? DataError
            return error?.code == .missingValue && error?.row == 1 && error?.column == "a"
        }
    }

    @Test("The weights are neither a feature nor, where none is named, the target")
    func weights() throws {
        let data = try LabelledTable(table("a,b,w\n1,2,0.5\n2,3,0\n"), sampleWeight: "w")
        #expect(data.sampleWeights == [0.5, 0])
        #expect(data.targetName == "b" && data.featureNames == ["a"])
        let rows = try data.trainingSet(rows: [1, 0])
        #expect(rows.sampleWeights == [0, 0.5] && rows.features.values == [2, 1] && rows.target == .values([3, 2]))
    }

    @Test(
        "Weights that mean nothing are refused",
        arguments: [
            ("1", "-2", .badWeight, 1), ("0", "0", .badWeight, nil), ("1e308", "1e308", .badWeight, nil),
            ("1", "", .missingValue, 1), ("inf", "1", .infiniteValue, 0), ("x", "y", .badWeight, nil),
        ] as [(String, String, DataError.Code, Int?)]
    )
    func badWeights(first: String, second: String, code: DataError.Code, row: Int?) throws {
        let data = try table("a,w,b\n1,\(first),3\n4,\(second),6\n")
        #expect { try LabelledTable(data, sampleWeight: "w") } throws: { error in
            let error = error as? DataError
            return error?.code == code && error?.row == row && error?.column == "w"
        }
    }

    @Test("A column has one role")
    func roles() throws {
        let data = try table("a,b,w\n1,2,1\n2,3,1\n")
        #expect { try LabelledTable(data, target: "w", sampleWeight: "w") } throws: {
            ($0 as? DataError)?.column == "w"
        }
        #expect { try LabelledTable(data, features: ["a", "w"], sampleWeight: "w") } throws: {
            ($0 as? DataError)?.column == "w"
        }
        #expect { try LabelledTable(data, sampleWeight: "z") } throws: { ($0 as? DataError)?.code == .unknownColumn }
    }

    @Test("A split that leaves one class to train on, or no weight on a side, is refused")
    func badSplits() throws {
        let classes = try LabelledTable(
            table("a,b\n" + (0..<20).map { "\($0),\($0 == 7 ? "x" : "y")\n" }.joined()),
            task: .classification
        )
        let weights = try LabelledTable(
            table("a,w,b\n" + (0..<20).map { "\($0),\($0 == 7 ? 1 : 0),\($0)\n" }.joined()),
            sampleWeight: "w"
        )
        for seed: UInt32 in 0..<8 {
            let isTest = try TrainTestSplit(rowCount: 20, testSize: .count(10), seed: seed).test.contains(7)
            let split = Result { () throws(DataError) in try classes.split(testSize: .count(10), seed: seed) }
            if case .failure(let error) = split {
                #expect(isTest && error.code == .constantTarget)
            } else {
                #expect(!isTest)
            }
            #expect { try weights.split(testSize: .count(10), seed: seed) } throws: {
                ($0 as? DataError)?.code == .badWeight
            }
        }
    }

    @Test("Unknown columns and the target among the features are refused")
    func wrongColumns() throws {
        let data = try table("a,b\n1,2\n3,4\n")
        #expect { try LabelledTable(data, target: "z") } throws: { ($0 as? DataError)?.code == .unknownColumn }
        #expect { try LabelledTable(data, features: ["z"]) } throws: { ($0 as? DataError)?.code == .unknownColumn }
        #expect { try LabelledTable(data, features: ["a", "b"]) } throws: { ($0 as? DataError)?.code == .noFeatures }
    }
}
