/// The Python packages that load a model folder. The versions are the ones it is tested with.
struct PythonEnvironment {
    let python: String
    let packages: [(name: String, version: String)]

    static let standard = PythonEnvironment(
        python: "3.11.7",
        packages: [
            ("mlflow", "3.17.2"), ("numpy", "2.4.6"), ("onnx", "1.23.2"), ("onnxruntime", "1.32.0"),
            ("pandas", "3.1.1"),
        ]
    )

    func version(of package: String) -> String? { packages.first { $0.name == package }?.version }

    var requirements: String { packages.map { "\($0.name)==\($0.version)\n" }.joined() }

    var pythonEnvYAML: String {
        """
        python: \(python)
        build_dependencies:
        - pip
        - setuptools
        - wheel
        dependencies:
        - -r requirements.txt

        """
    }

    var condaYAML: String {
        """
        channels:
        - conda-forge
        dependencies:
        - python=\(python)
        - pip
        - pip:
        \(packages.map { "  - \($0.name)==\($0.version)" }.joined(separator: "\n"))
        name: mlflow-env

        """
    }
}
