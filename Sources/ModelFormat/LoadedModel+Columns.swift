extension LoadedModel {
    /// The columns of its data that are text whatever their values look like.
    /// - Parameter target: The column of the target; nil: the model's own.
    public func textColumns(target: String?) -> Set<String> {
        var columns = Set(categories.keys)
        if case .strings? = classLabels, let name = target ?? targetName { columns.insert(name) }
        return columns
    }

    /// The columns to predict from, in the order the model takes them, out of those that there are.
    ///
    /// As MLflow's schema enforcement does it: columns are found by name, more than needed do no harm. A model whose
    /// inputs have no names takes all columns as they come.
    ///
    /// - Throws: `ModelError` with code `missingColumns` or `wrongColumnCount`, which names what is missing and what
    ///   is there instead.
    public func inputColumns(from available: [String]) throws(ModelError) -> [String] {
        guard case .columns(let columns) = signature?.inputs else {
            if let featureCount, available.count != featureCount {
                throw ModelError(
                    .wrongColumnCount,
                    "the model takes \(featureCount) columns without names, the data has \(available.count) "
                        + "(\(quotedList(available))): choose \(featureCount) of them, in the model's order"
                )
            }
            return available
        }
        let names = columns.map(\.name)
        let present = Set(available)
        let missing = columns.filter { !present.contains($0.name) }.map(\.name)
        guard missing.isEmpty else {
            let extra = available.filter { !names.contains($0) }
            throw ModelError(
                .missingColumns,
                "the data lacks \(missing.count) of the model's \(names.count) columns: \(quotedList(missing))"
                    + (extra.isEmpty ? "" : "; it has \(quotedList(extra)), which the model does not know")
                    + "; bring data with the columns the model was trained with"
            )
        }
        return names
    }
}
