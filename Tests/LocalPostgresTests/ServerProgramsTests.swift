import Testing

@testable import LocalPostgres

struct ServerProgramsTests {
    @Test("Where there is no PostgreSQL, the package is named")
    func notInstalled() throws {
        let error = try #require(throws: LocalPostgresError.self) {
            try ServerPrograms.find(environment: [:], candidates: ["/nowhere"])
        }
        #expect(error.code == .notInstalled)
        #expect("\(error)".contains("apt-get install postgresql"))
    }

    @Test("The version is read from the path, or asked for")
    func versions() throws {
        let programs = try ServerPrograms.find(environment: ["PATH": "/usr/bin"])
        #expect(programs.majorVersion >= ServerPrograms.oldestMajorVersion)
        #expect(try ServerPrograms.find(majorVersion: programs.majorVersion, environment: [:]) == programs)
    }

    @Test("A full disk is named, whatever failed")
    func diskFull() {
        let error = LocalPostgresError.failure(
            .initialisationFailed,
            "the private PostgreSQL cannot be set up",
            output: "initdb: error: could not write file \"x\": No space left on device\n"
        )
        #expect(error.code == .diskFull)
        #expect("\(error)".contains("the disk is full"))
    }

    @Test("The last reason that a program gave is quoted")
    func reason() {
        let error = LocalPostgresError.failure(
            .startFailed,
            "it did not start",
            output: "LOG:  starting\nFATAL:  no such luck\nLOG:  database system is shut down\n",
            log: "/log"
        )
        #expect("\(error)" == "it did not start: FATAL:  no such luck; see /log")
    }

    @Test("A home that cannot be made says what to do")
    func forbidden() throws {
        let user = ServerUser(id: 65_534, group: 65_534, name: nil)
        let error = try #require(throws: LocalPostgresError.self) {
            try ClusterFiles(home: "/proc/coppice").makeHome(for: user)
        }
        #expect(error.code == .unreachableDirectory)
        #expect("\(error)".hasPrefix("cannot make /proc/coppice: "))
    }
}
