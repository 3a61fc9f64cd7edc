internal import ArgumentParser
internal import CommandSupport
internal import Registry

struct ModelCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List, inspect, alias, tag and delete registered models and their versions.",
        subcommands: [ListModels.self, ShowModel.self, AliasModel.self, TagModel.self, DeleteModel.self]
    )
}

extension RegisteredModel {
    var aliasesText: String {
        aliases.sorted { $0.key < $1.key }.map { "\($0.key) → \($0.value)" }.joined(separator: ", ")
    }

    var json: JSON {
        [
            "name": .string(name),
            "description": .string(description),
            "created_at": .date(createdAt),
            "updated_at": .date(updatedAt),
            "versions": .int(versionCount),
            "latest_version": .int(latestVersion),
            "aliases": .dictionary(aliases.mapValues { .int($0) }),
            "tags": .dictionary(tags.mapValues(JSON.string)),
        ]
    }
}

extension ModelVersion {
    var json: JSON {
        [
            "name": .string(model),
            "version": .int(version),
            "status": .string(status.rawValue),
            "aliases": .array(aliases.map(JSON.string)),
            "description": .string(description),
            "source": .string(source),
            "run_id": .text(run),
            "model_id": .text(loggedModel),
            "job_id": .int(job),
            "user": .string(user),
            "created_at": .date(createdAt),
            "tags": .dictionary(tags.mapValues(JSON.string)),
        ]
    }
}
