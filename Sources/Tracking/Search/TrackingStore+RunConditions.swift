internal import Postgres
internal import SearchGrammar
internal import SearchSQL

extension TrackingStore {
    /// The artifact URI of a run, as a client is told it.
    static let artifactURI: SQL = """
        coalesce(r.artifact_uri, 'mlflow-artifacts:/' || r.experiment_id || '/' || r.run_id || '/artifacts')
        """

    /// What a query asks of a run `r`, apart from its filter.
    static func scope(_ query: RunQuery) -> [SQL] {
        var conditions: [SQL] = []
        switch query.view {
        // "=" and not "any": an index that begins with the column keeps its order.
        case .activeOnly: conditions.append("r.lifecycle_stage = 'active'")
        case .deletedOnly: conditions.append("r.lifecycle_stage = 'deleted'")
        case .all: break
        }
        switch query.experiments.count {
        case 0: break
        case 1: conditions.append("r.experiment_id = \(query.experiments[0])")
        default: conditions.append("r.experiment_id = any(\(query.experiments.map(\.rawValue)))")
        }
        if let parent = query.parent {
            conditions.append("r.parent_run_no = (select run_no from coppice.runs where run_id = \(parent))")
        }
        return conditions
    }

    /// A condition of the filter on a run `r`.
    static func condition(_ condition: SearchCondition) -> SQL {
        let key = condition.field.key
        switch (condition.field.entity, condition.comparator) {
        case (.metric, _):
            return """
                exists (
                    select from coppice.latest_metrics m
                    where m.run_no = r.run_no and m.key = \(key) and \(condition.number("m.value"))
                )
                """
        case (.parameter, .isNull), (.tag, .isNull):
            return "not \(exists(condition.field, "true"))"
        case (.parameter, .isNotNull), (.tag, .isNotNull):
            return exists(condition.field, "true")
        case (.parameter, _), (.tag, _):
            return exists(condition.field, condition.indexedText("e"))
        case (.dataset, _):
            let column: SQL =
                switch key {
                case "name": "d.name"
                case "digest": "d.digest"
                default: "i.tags ->> 'mlflow.data.context'"
                }
            return """
                exists (
                    select from coppice.run_inputs i join coppice.datasets d on d.dataset_no = i.dataset_no
                    where i.run_no = r.run_no and \(condition.text(column))
                )
                """
        case (.attribute, _):
            switch key {
            case "start_time": return condition.milliseconds("r.started_at")
            case "end_time": return condition.milliseconds("r.ended_at")
            default: return condition.text(column(ofAttribute: key))
            }
        }
    }

    private static func exists(_ field: SearchField, _ condition: SQL) -> SQL {
        let table: SQL = field.entity == .tag ? "coppice.tags" : "coppice.params"
        return "exists (select from \(table) e where e.run_no = r.run_no and e.key = \(field.key) and \(condition))"
    }

    /// An attribute of a run `r` that is text.
    static func column(ofAttribute key: String) -> SQL {
        switch key {
        case "run_id": "r.run_id"
        case "run_name": "r.name"
        case "user_id": "r.user_id"
        case "status": "r.status::text"
        default: artifactURI
        }
    }

    /// The numbers of the runs that fulfil a condition, where an index knows them; nil where none does.
    static func candidates(_ condition: SearchCondition) -> SQL? {
        let key = condition.field.key
        switch condition.field.entity {
        case .metric where condition.comparator != .notEqual:
            return """
                select m.run_no from coppice.latest_metrics m
                where m.key = \(key) and \(condition.number("m.value"))
                """
        case .parameter where condition.isIndexedEquality:
            return "select e.run_no from coppice.params e where e.key = \(key) and \(condition.indexedText("e"))"
        case .tag where condition.isIndexedEquality:
            return "select e.run_no from coppice.tags e where e.key = \(key) and \(condition.indexedText("e"))"
        default: return nil
        }
    }
}
