import Datasets
import Foundation
import Testing

@Suite("Reading CSV")
struct CSVReaderTests {
    private func read(_ text: String) throws -> Table { try CSVReader(source: "data.csv").read(text) }

    private func error(of text: String) -> DataError? {
        do {
            _ = try read(text)
            return nil
        } catch {
            return error as? DataError
        }
    }

    @Test("Numbers become number columns, text becomes label columns")
    func columns() throws {
        let table = try read("a,b,c\n1,x,-2.5e3\n.5,y z,+7\n")

        #expect(table.columnNames == ["a", "b", "c"])
        #expect(table.rowCount == 2)
        #expect(table.columns.map(\.values) == [.numbers([1, 0.5]), .labels(["x", "y z"]), .numbers([-2500, 7])])
    }

    @Test(
        "Line ends, byte order marks, blank lines, blanks and a missing last line end do not matter",
        arguments: [
            "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4", "\u{FEFF}a,b\n1,2\n3,4\n", "\na,b\n\n1,2\n\n3,4\n\n\n",
            " a , b\n1 ,\t 2\t\n 3, 4 ", "\"a\",\"b\"\n\"1\",2\n3, \"4\" \n",
        ]
    )
    func forgiving(text: String) throws {
        let expected = try read("a,b\n1,2\n3,4\n")
        // A tab in front of a number is no blank around a field.
        let table = try read(text.replacing("\t 2", with: " 2"))
        #expect(table == expected)
    }

    @Test("Columns that are named as text are text, and a quoted NA is text wherever it stands in such a column")
    func textColumns() throws {
        let reader = CSVReader(textColumns: ["code"])
        let table = try reader.read("code,x\n007,1\nNA,2\n7.0,3\n")
        #expect(table.columns.map(\.values) == [.labels(["007", "", "7.0"]), .numbers([1, 2, 3])])
        #expect(try read("a,b\n\"NA\",1\nDE,2\n").columns[0].values == .labels(["NA", "DE"]))
        #expect(try read("a,b\nDE,1\n\"NA\",2\n").columns[0].values == .labels(["DE", "NA"]))
        #expect(try read("a,b\nNA,1\nDE,2\n").columns[0].values == .labels(["", "DE"]))
        guard case .numbers(let numbers) = try read("a,b\n\"NA\",1\n2,2\n").columns[0].values else {
            Issue.record("a number makes a column of numbers")
            return
        }
        #expect(numbers[0].isNaN && numbers[1] == 2)
    }

    @Test("Quoted fields hold commas, quotes and line ends")
    func quotes() throws {
        let table = try read("\"a,b\",\"c\"\"d\",e\n\"x\r\ny\",\"\"\"\",\" z \"\n1,,2\n")

        #expect(table.columnNames == ["a,b", "c\"d", "e"])
        #expect(
            table.columns.map(\.values) == [.labels(["x\r\ny", "1"]), .labels(["\"", ""]), .labels([" z ", "2"])]
        )
    }

    @Test(
        "Empty fields and pandas' words for them are missing values",
        arguments: ["", "NA", "nan", "NULL", "None", "#N/A"]
    )
    func missing(word: String) throws {
        let table = try read("a,b\n1,\(word)\n2,5\n")
        guard case .numbers(let numbers) = table.columns[1].values else { return #expect(Bool(false), "not numbers") }

        #expect(numbers[0].isNaN)
        #expect(numbers[1] == 5)
    }

    @Test(
        "A number reads as the nearest double",
        arguments: [
            "0.1", "-0.044641636506989144", "9007199254740993", "1e22", "1e23", "123456789012345678901234567890",
            "4.9e-324",
            "1.7976931348623157e308", "0.000000000000000000000000000000001", "-0", "00012.50", "8.5e+2", "5.", ".5E-1",
            "9999999999999999999", "0.3000000000000000444089209850062616169452667236328125", "inf", "-Infinity",
        ]
    )
    func numbers(text: String) throws {
        let table = try read("a\n\(text)\n")

        #expect(table.columns[0].values == .numbers([try #require(Double(text.hasSuffix(".") ? text + "0" : text))]))
    }

    @Test(
        "What only looks like a number is text",
        arguments: [
            "0x1F", "1_000", "1e", "e5", ".", "-", "+-1", "1.2.3", "nan(0x1)", "infinite", "12a", "1 2", "٣",
        ]
    )
    func notNumbers(text: String) throws {
        #expect(try read("a\n\(text)\n").columns[0].values == .labels([text]))
    }

    @Test(
        "Errors carry a code, the line and the column",
        arguments: [
            ("", .noRows, nil, nil), ("a,b\n", .noRows, nil, nil), ("\n\n", .noRows, nil, nil),
            ("a,b\n1,2\n3\n", .raggedRow, 3, nil), ("a,b\n1,2,3\n", .raggedRow, 2, nil),
            ("a,b\n\"x\ny\",2\n3\n", .raggedRow, 4, nil), ("a,,c\n1,2,3\n", .badHeader, 1, nil),
            ("a,b,a\n1,2,3\n", .duplicateHeader, 1, "a"), ("a,b\n1,2\n\n3,oops\n", .textInNumberColumn, 4, "b"),
            ("a,b\n1,\"2\n", .unterminatedQuote, 2, "b"), ("a,b\n1,\"x\"y\n", .badQuote, 2, "b"),
            ("a;b;c\n1;2;3\n", .wrongDelimiter, 1, nil), ("a\tb\n1\t2\n", .wrongDelimiter, 1, nil),
        ] as [(String, DataError.Code, Int?, String?)]
    )
    func errors(text: String, code: DataError.Code, line: Int?, column: String?) {
        let error = error(of: text)

        #expect(error?.code == code)
        #expect(error?.line == line)
        #expect(error?.column == column)
        #expect(error?.description.hasPrefix("data.csv") == true)
        #expect(error?.description.contains("\n") == false)
    }

    @Test("The sentence shows the value and says what to do")
    func sentence() {
        #expect(
            error(of: "age,bmi\n50,21\n51,n.a.\n")?.description
                == "data.csv, line 3, column \"bmi\": \"n.a.\" is not a number, but the column has numbers above: "
                + "correct the value, or leave it empty if it is missing"
        )
    }

    @Test(
        "Bytes that are not UTF-8 text are refused",
        arguments: [
            Array("a\n".utf8) + [0xE4, 0x0A], [0x1F, 0x8B, 8, 0], [0x50, 0x4B, 3, 4], [0xFF, 0xFE, 0x61, 0],
            [0xE4, 0x2C, 0x62, 0x0A, 0x31, 0x2C, 0x32],
        ]
    )
    func notText(bytes: [UInt8]) {
        #expect { try CSVReader().read(bytes) } throws: { ($0 as? DataError)?.code == .notText }
    }

    @Test("A file that is not there, or is a folder, is unreadable", arguments: ["/nonexistent/data.csv", "/"])
    func unreadable(path: String) {
        #expect { try CSVReader(source: path).read(contentsOf: path) } throws: {
            ($0 as? DataError)?.code == .unreadable
        }
    }

    @Test("A file reads like its text")
    func file() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "coppice-\(UUID()).csv").path
        try Data("a,b\n1,2\n".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }

        #expect(try CSVReader().read(contentsOf: path) == read("a,b\n1,2\n"))
    }
}
