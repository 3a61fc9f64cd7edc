import Foundation
import FoundationXML
import Plots
import Testing

extension GnuplotTests {
    /// Every figure, drawn by gnuplot.
    @Suite("Figures")
    struct FigureTests {
        /// Names that would be commands, markup, formats or broken XML if they were let.
        static let hostileNames = [
            "it's", "say \"x\"", "back\\slash\\n", "`touch /tmp/coppice-drawn`", "line\nend", "@_^{}~&<>",
            "100% %d %s %n",
            "$(id) ${x}",
            "'; system('id') #", "<script>alert(1)</script>", "]]> --> <!--", "größe ΔT 温度 \u{1F333}",
            "\u{0}\u{7}\u{1B}",
            "#", " ",
            String(repeating: "long ", count: 60),
        ]

        static func figures(naming name: String) -> [any Figure] {
            let actual: [Double] = (0..<40).map { Double($0 * $0 % 37) }
            let predicted = actual.map { $0 * 0.7 + 5 }
            let caption = Caption(name, details: [name, "RMSE 1.5"])
            let rising = Series(name: name, x: [0, 0.2, 1], y: [0, 0.8, 1], spread: [0, 0.1, 0])
            return [
                ScatterPlot(actual: actual, predicted: predicted, targetName: name, caption: caption),
                ResidualPlot(actual: actual, predicted: predicted, targetName: name, caption: caption),
                ImportancePlot(features: [name, "b"], importances: [0.7, 0.3], caption: caption),
                ImportancePlot(
                    .permutation(score: name),
                    features: [name, "b"],
                    importances: [0.7, -0.3],
                    caption: caption
                ),
                ConfusionMatrixPlot(labels: [name, "b"], counts: [[5, 1], [0, 7]], caption: caption),
                ROCPlot(curves: [rising], caption: caption), PrecisionRecallPlot(curves: [rising], caption: caption),
                LearningCurvePlot(series: [rising], countName: "Training rows", metricName: name, caption: caption),
                SweepPlot(
                    panels: [SweepPlot.Panel(parameterName: name, x: [1, 2, 3])],
                    metric: [3, 1, 2],
                    metricName: name,
                    lowerIsBetter: true,
                    best: 1,
                    caption: caption
                ),
                SweepPlot(
                    panels: (0..<4).map { index in
                        SweepPlot.Panel(
                            parameterName: "\(name) \(index)",
                            scale: index == 0 ? .names([name, "b"]) : .numbers,
                            x: [0, 1, 1]
                        )
                    },
                    metric: [3, 1, .nan],
                    metricName: "m",
                    lowerIsBetter: false,
                    best: nil,
                    caption: caption
                ),
            ]
        }

        @Test("Each figure is drawn as PNG and SVG of its size, under its name")
        func formats() async throws {
            let figures = Self.figures(naming: "target")
            let images = try await GnuplotRenderer().render(figures)

            #expect(
                images.map(\.name) == [
                    "scatter.png", "scatter.svg", "residuals.png", "residuals.svg", "feature_importance.png",
                    "feature_importance.svg", "permutation_importance.png", "permutation_importance.svg",
                    "confusion_matrix.png", "confusion_matrix.svg", "roc_curve.png", "roc_curve.svg",
                    "precision_recall_curve.png", "precision_recall_curve.svg", "learning_curve.png",
                    "learning_curve.svg", "sweep.png", "sweep.svg", "sweep.png", "sweep.svg",
                ]
            )
            for (index, image) in images.enumerated() {
                let size = figures[index / 2].size
                switch image.format {
                case .png: #expect(pngSize(image.bytes) == FigureSize(width: size.width * 2, height: size.height * 2))
                case .svg: #expect(try svg(image).name == "svg")
                }
            }
        }

        @Test("Hostile names are drawn as they are and do nothing", arguments: hostileNames)
        func hostile(name: String) async throws {
            let images = try await GnuplotRenderer(processCount: 1).render(Self.figures(naming: name), as: [.svg])

            #expect(images.count == Self.figures(naming: name).count)
            let shown = name.unicodeScalars.map { scalar in
                scalar == "\n" ? " " : scalar.properties.generalCategory == .control ? "\u{FFFD}" : String(scalar)
            }.joined()
            for image in images {
                let text = try self.text(image)
                // What is too long is cut; enough of it must be there in any case.
                let start = shown.prefix(20).trimmingCharacters(in: .whitespaces)
                #expect(start.isEmpty || text.contains(start), "\(image.name)")
                #expect(!String(decoding: image.bytes, as: UTF8.self).contains("<script"))
            }
            #expect(!FileManager.default.fileExists(atPath: "/tmp/coppice-drawn"))
        }

        @Test(
            "Data at the edges are drawn",
            arguments: [
                ([], []), ([5], [5]), ([3, 3, 3], [3, 3, 3]), ([1e300, -1e300], [1e300, 0]),
                ([.nan, 1, .infinity], [1, 2, 3]),
                ([.nan], [.nan]), ([1e-300, 2e-300], [0, 1e-300]),
                ([0, .leastNonzeroMagnitude * 3], [.leastNonzeroMagnitude, 0]), ([1e15, 1e15 + 1], [1e15, 1e15]),
                ([-4, 1], [2, 0.5]),
                ([.greatestFiniteMagnitude, 0], [0, -.greatestFiniteMagnitude]),
            ] as [([Double], [Double])]
        )
        func edges(actual: [Double], predicted: [Double]) async throws {
            let caption = Caption("Edge")
            let figures: [any Figure] = [
                ScatterPlot(actual: actual, predicted: predicted, targetName: "y", caption: caption),
                ResidualPlot(actual: actual, predicted: predicted, targetName: "y", caption: caption),
                ImportancePlot(features: actual.indices.map { "f\($0)" }, importances: predicted, caption: caption),
            ]
            #expect(try await GnuplotRenderer(processCount: 1).render(figures).count == 6)
        }

        @Test("Text that no font has leaves a picture whole, and is in the SVG")
        func missingGlyphs() async throws {
            // Nobody's letter.
            let (missing, instead) = ("\u{10FFFD}", "\u{FFFD}")
            for (actual, expected) in zip(Self.figures(naming: missing), Self.figures(naming: instead)) {
                let images = try await GnuplotRenderer().render([actual, expected], as: [.png])
                let isSame = images[0].bytes == images[1].bytes
                #expect(isSame, "\(images[0].name)")
                let svg = try #require(try await GnuplotRenderer().render([actual], as: [.svg]).first)
                #expect(try text(svg).contains(missing), "\(svg.name)")
            }
        }

        @Test("Of many rows a sample is drawn, and the figure says so")
        func manyRows() async throws {
            let values = (0..<100_000).map { Double($0 % 977) }
            let plot = ScatterPlot(actual: values, predicted: values, targetName: "y", caption: Caption("Many"))
            let image = try #require(try await GnuplotRenderer().render([plot], as: [.svg]).first)

            #expect(image.bytes.count < 2_000_000)
            #expect(try text(image).contains("4000 of 100000 rows shown"))
        }

        @Test("Features are sorted by importance, the largest on top; of many the first 25 are shown")
        func importances() async throws {
            let names = (0..<40).map { "feature \($0)" }
            let plot = ImportancePlot(features: names, importances: (0..<40).map(Double.init), caption: Caption("Many"))
            let image = try #require(try await GnuplotRenderer().render([plot], as: [.svg]).first)
            let text = try self.text(image)

            #expect(text.contains("25 of 40 features shown"))
            #expect(text.contains("feature 39"))
            #expect(text.contains("feature 15"))
            #expect(!text.contains("feature 14"))
        }

        @Test(
            "Numbers beside bars have a minus sign, as those of the axis, and digits that say something",
            arguments: [
                ([0.5, -0.25], ["0.500", "\u{2212}0.250"]),
                ([4e-6, -3.21e-6], ["4.00e\u{2212}06", "\u{2212}3.21e\u{2212}06"]),
                ([123_456, 1], ["1.23e+05", "1.00e+00"]),
            ]
        )
        func numbers(importances: [Double], shown: [String]) async throws {
            let plot = ImportancePlot(features: ["a", "b"], importances: importances, caption: Caption("Bars"))
            let text = try text(#require(try await GnuplotRenderer().render([plot], as: [.svg]).first))
            for number in shown {
                #expect(text.contains(">\(number)<"))
            }
        }

        @Test(
            "What the vertical axis shows is named, however long the numbers beside it",
            arguments: [
                [1, 2], [59.2272, 59.2481], [-0.98765, -0.98761], [12_345.6, 12_345.9], [3e-7, 4e-7], [1e9, 2e9],
                [-123_456, 654_321],
            ]
        )
        func axisName(values: [Double]) async throws {
            let figures: [any Figure] = [
                SweepPlot(
                    panels: [SweepPlot.Panel(parameterName: "depth", x: [1, 2])],
                    metric: values,
                    metricName: "rmse",
                    lowerIsBetter: true,
                    best: 0,
                    caption: Caption("Sweep")
                ),
                ResidualPlot(actual: values, predicted: [0, 0], targetName: "y", caption: Caption("Residuals")),
            ]
            let images = try await GnuplotRenderer().render(figures, as: [.svg])
            for (image, name) in zip(images, ["rmse", "Residual"]) {
                // Text that goes up, placed by its baseline.
                let words = try text(image).matches(
                    of: /translate\((-?[0-9.]+),[0-9.]+\) rotate\(270[^>]*>\s*<text>(.*)<\/text>/
                )
                let word = try #require(words.first { $0.2.contains(name) }, "\(name)")
                #expect(try #require(Double(word.1)) > 12)
            }
        }

        @Test("The same figure gives the same bytes")
        func deterministic() async throws {
            let first = try await GnuplotRenderer(processCount: 1).render(Self.figures(naming: "y"))
            let second = try await GnuplotRenderer(processCount: 2).render(Self.figures(naming: "y"))
            // Compared outside the macro, which would print all bytes.
            let isSame = first == second
            #expect(isSame)
        }

        private func svg(_ image: RenderedImage) throws -> XMLElement {
            try #require(try XMLDocument(data: Data(image.bytes)).rootElement())
        }

        /// Everything in a well-formed SVG, entities replaced; FoundationXML's own `stringValue` loses some of them.
        private func text(_ image: RenderedImage) throws -> String {
            _ = try svg(image)
            return String(decoding: image.bytes, as: UTF8.self)
                .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
                .replacing("&amp;", with: "&")
        }

        /// Width and height as the header of a PNG has them.
        private func pngSize(_ bytes: [UInt8]) -> FigureSize? {
            guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]), bytes.count > 24 else { return nil }
            let number = { (offset: Int) in bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) } }
            return FigureSize(width: number(16), height: number(20))
        }
    }
}
