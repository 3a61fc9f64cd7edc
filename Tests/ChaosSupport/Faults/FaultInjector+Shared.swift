internal import Foundation
internal import Postgres

/// Faults of what all workers share.
extension FaultInjector {
    /// Jobs of the workers that keep artifacts there fail meanwhile, and are tried again.
    func fillDisk(using random: inout SeededRandom) async throws -> Bool {
        guard let disk else { return false }
        let time = Duration.seconds(Double.random(in: 0.5...2, using: &random))
        return try await diskTurn.take {
            disk.fillUp()
            await pause(time)
            disk.makeRoom()
            return true
        }
    }

    func end(_ server: ChaosServer, by fault: Fault, using random: inout SeededRandom) async throws -> Bool {
        let pause = Duration.milliseconds(Int.random(in: 0...1500, using: &random))
        try await server.turn.take {
            let began = Date()
            if fault == .serverKill { try await server.killEveryProcess() } else { try await server.crash() }
            await self.pause(pause)
            try await server.start()
            incidents.note(outageFrom: began)
        }
        return true
    }

    /// Writing is refused with 25006, which also means: this is no primary any more, look for it elsewhere.
    func makeReadOnly(using random: inout SeededRandom) async throws -> Bool {
        let time = Duration.milliseconds(Int.random(in: 200...1500, using: &random))
        try await server.turn.take {
            let began = Date()
            try await server.configure("alter system set default_transaction_read_only = on")
            await pause(time)
            try await server.configure("alter system reset default_transaction_read_only")
            incidents.note(outageFrom: began)
        }
        return true
    }
}
