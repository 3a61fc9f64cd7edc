import Datasets
import Testing

@Suite("Tables")
struct TableTests {
    private let table = try! CSVReader().read("a,b,label\n1,2,x\n3,4,y\n5,6,x\n")

    @Test("An unknown column is refused with the nearest name and the list")
    func unknownColumn() {
        #expect {
            try CSVReader().read("age,bmi,target\n1,2,3\n").column(named: "bni")
        } throws: { error in
            let error = error as? DataError
            return error?.code == .unknownColumn
                && error?.description
                    == "there is no column \"bni\": did you mean \"bmi\"? There are \"age\", \"bmi\", \"target\""
        }
    }

    @Test("Rows are picked in the order asked for")
    func rows() throws {
        #expect(table.rows([2, 0, 0]).columns[0].values == .numbers([5, 1, 1]))
        #expect(try table.rows(RowRange("1..<3")).columns[2].values == .labels(["y", "x"]))
    }

    @Test("Columns are picked in the order asked for")
    func selection() throws {
        #expect(try table.selecting(["b", "a"]).columnNames == ["b", "a"])
    }

    @Test("A table refuses columns without a name, twice the same, or of different lengths")
    func invalid() {
        let column = { (name: String, count: Int) in
            Table.Column(name: name, values: .numbers(.init(repeating: 0, count: count)))
        }
        for (columns, code) in [
            ([column("", 1)], .badHeader), ([column("a", 1), column("a", 1)], .duplicateHeader),
            ([column("a", 1), column("b", 2)], .inconsistentColumns),
        ] as [([Table.Column], DataError.Code)] {
            #expect { try Table(columns: columns) } throws: { ($0 as? DataError)?.code == code }
        }
    }

    private func bytes(_ table: Table) -> [UInt8] {
        var bytes: [UInt8] = []
        table.withCanonicalBytes { bytes += $0 }
        return bytes
    }

    @Test("Equal tables have equal canonical bytes, wherever they come from")
    func canonical() throws {
        #expect(bytes(try CSVReader().read("a,b,label\r\n1.0,2e0,x\r\n3,4,\"y\"\r\n5,6,x")) == bytes(table))
        #expect(bytes(try CSVReader().read("a,b\n1,\n2,3")) == bytes(try CSVReader().read("a,b\n1,NA\n2,3")))
    }

    @Test(
        "Different tables have different canonical bytes",
        arguments: [
            "a,b,label\n1,2,x\n3,4,y\n5,6.5,x\n", "a,c,label\n1,2,x\n3,4,y\n5,6,x\n",
            "b,a,label\n2,1,x\n4,3,y\n6,5,x\n",
            "a,b,label\n3,4,y\n1,2,x\n5,6,x\n", "a,b,label\n1,2,x\n3,4,y\n",
        ]
    )
    func different(text: String) throws {
        #expect(bytes(try CSVReader().read(text)) != bytes(table))
    }
}

@Suite("Features to predict from")
struct FeatureTests {
    private let table = try! CSVReader().read("a,b,c,d\n1,2,x,1\n3,,y,1e39\n")

    @Test("Columns come in the order asked for; missing values pass")
    func order() throws {
        let features = try table.features(["b", "a"])

        #expect(features[0][0] == 2)
        #expect(features[0][1].isNaN)
        #expect(features[1] == [1, 3])
    }

    @Test(
        "What a tree cannot take is refused, with its place",
        arguments: [
            (["a", "z"], .unknownColumn, nil), (["c"], .textFeature, 0), (["d"], .infiniteValue, 1),
            (["b"], .missingValue, 1),
        ] as [([String], DataError.Code, Int?)]
    )
    func refusals(names: [String], code: DataError.Code, row: Int?) {
        #expect {
            try table.features(names, missingValues: .refused)
        } throws: { error in
            let error = error as? DataError
            return error?.code == code && error?.row == row
        }
    }
}
