import PackagePlugin

/// Makes the text files of a target part of its code, so that an executable needs no file beside it.
///
/// Every `.sql`, `.csv`, `.css` and `.js` file of the target becomes one string literal in the generated `EmbeddedFiles.swift`.
@main
struct EmbedFiles: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let module = target.sourceModule else { return [] }
        let inputs = module.sourceFiles
            .filter { ["sql", "csv", "css", "js"].contains($0.url.pathExtension) }
            .map(\.url)
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(inputs.count) files in \(target.name)",
                executable: try context.tool(named: "embed-files").url,
                arguments: [output.path()] + inputs.map { $0.path() },
                inputFiles: inputs,
                outputFiles: [output]
            )
        ]
    }
}
