import Datasets
import Testing

@Suite("Built-in data sets")
struct BuiltInDatasetTests {
    private struct Expected: Decodable {
        let rows: Int
        let columns: [String: String]
        let labels: [String]?
        let values: [Double]?
    }

    @Test("Every value is the double that scikit-learn has", arguments: BuiltInDataset.allCases)
    func sameAsScikitLearn(dataset: BuiltInDataset) throws {
        let expected = try #require(try fixture("checksums", as: [String: Expected].self)[dataset.rawValue])
        let table = try dataset.table()

        #expect(table.rowCount == expected.rows)
        #expect(table.columns.count == expected.columns.count + 1)
        for column in table.columns.dropLast() {
            guard case .numbers(let numbers) = column.values else {
                return #expect(Bool(false), "\(column.name) is text")
            }
            let checksum = zip(numbers, UInt64(1)...).reduce(into: UInt64(0)) { $0 &+= ($1.0 + 0).bitPattern &* $1.1 }
            let hexadecimal = String(checksum, radix: 16)
            #expect(
                String(repeating: "0", count: 16 - hexadecimal.count) + hexadecimal == expected.columns[column.name]
            )
        }
        #expect(table.columns.last?.name == "target")
        #expect(table.columns.last?.values == expected.labels.map { .labels($0) } ?? .numbers(expected.values ?? []))
    }

    @Test("The diabetes columns have the names and the order of load_diabetes")
    func diabetesNames() throws {
        #expect(
            try BuiltInDataset.diabetes.table().columnNames
                == ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6", "target"]
        )
    }

    @Test("An unknown set is refused with a suggestion")
    func unknown() {
        #expect { try BuiltInDataset(named: "diabetis") } throws: { error in
            let error = error as? DataError
            return error?.code == .unknownDataset && error?.description.contains("did you mean \"diabetes\"?") == true
        }
    }
}
