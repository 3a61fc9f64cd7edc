import DecisionForests
import Foundation
import Testing

@testable import Datasets

@Suite("Columns of categories")
struct CategoricalColumnsTests {
    private func table(_ text: String) throws -> Table { try CSVReader(source: "test").read(Array(text.utf8)) }

    @Test("Text becomes the number of its category in the order of code points, missing text a missing number")
    func numbering() throws {
        let data = try LabelledTable(table("c,x,y\nö,1,1\nB,2,2\n,3,3\na,4,4\nB,5,5\n"), categorical: .all)
        #expect(data.categories == ["c": ["B", "a", "ö"]])
        #expect(data.featureNames == ["c", "x"])
        let column = data.featureMatrix.values.prefix(5)
        #expect(column[0] == 2 && column[1] == 0 && column[2].isNaN && column[3] == 1 && column[4] == 0)
    }

    @Test("Only the named columns are categories, and other text is still refused, with a hint")
    func named() throws {
        let data = try table("c,d,y\na,u,1\nb,v,2\n")
        #expect(try LabelledTable(data, features: ["c"], categorical: .named(["c"])).categories == ["c": ["a", "b"]])
        #expect {
            try LabelledTable(data, categorical: .named(["c"]))
        } throws: { error in
            guard let error = error as? DataError else { return false }
            return error.code == .textFeature && error.column == "d" && error.description.contains("--categorical")
        }
    }

    @Test(
        "What is no text, and what is no feature, cannot be categories",
        arguments: [("x", DataError.Code.badCategories), ("y", .unknownColumn), ("z", .unknownColumn)]
    )
    func refused(name: String, code: DataError.Code) throws {
        let data = try table("c,x,y\na,1,1\nb,2,2\n")
        #expect { try LabelledTable(data, categorical: .named([name])) } throws: { ($0 as? DataError)?.code == code }
    }

    @Test("Text that is no category is missing, and counted; numbers may be categories, too")
    func unseen() throws {
        let categories = ["c": ["1", "2", "x"]]
        let text = try table("c,d\nx,1\nw,2\n1,3\n,4\n")
        #expect(try text.features(["c"], categories: categories)[0].map { $0.isNaN ? -1 : $0 } == [2, -1, 0, -1])
        #expect(text.unknownCategories(categories).map(\.count) == [1])
        #expect(try table("c\n2\n1\n").features(["c"], categories: categories) == [[1, 0]])
    }

    @Test("Jobs are told all, or names", arguments: [CategoricalColumns.all, .named(["a", "b c"])])
    func coding(columns: CategoricalColumns) throws {
        let json = try JSONEncoder().encode([columns])
        #expect(try JSONDecoder().decode([CategoricalColumns].self, from: json) == [columns])
    }
}
