import Testing

@testable import Postgres

struct PostgresConfigurationTests {
    @Test("URI and key=value are read alike")
    func forms() throws {
        let uri = try PostgresConfiguration("postgresql://me:se%2Fcret@one:1,two:2/db?target_session_attrs=read-write")
        let pairs = try PostgresConfiguration(
            "user=me password=se/cret host=one,two port=1,2 dbname=db target_session_attrs=read-write"
        )
        #expect(uri == pairs)
        #expect(uri["password"] == "se/cret")
        #expect(uri["host"] == "one,two")
    }

    @Test(
        "No form of description has the password",
        arguments: [
            "postgresql://me:s3cret@host/db", "host=h password=s3cret", "postgresql://h/db?password=s3cret&user=u",
            "host=h sslpassword=s3cret",
        ]
    )
    func masked(text: String) throws {
        let configuration = try PostgresConfiguration(text)
        #expect(!"\(configuration)".contains("s3cret"))
        #expect(!String(reflecting: configuration).contains("s3cret"))
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("s3cret"))
        #expect("\(configuration)".contains("****"))
    }

    @Test(
        "A URI that is not valid is refused without showing its password",
        arguments: [
            "postgresql://me:s3/cret@host/db", "postgresql://me:s3?cret@host/db", "postgresql://me:s3#cret@host/db",
            "postgresql://me:s3@cret@host/db", "postgresql://me:s3%cret@host/db", "postgresql://me:s3cret@host:p0rt/db",
            "host=h password='s3cret", "postgresql://me:s3:cret/db",
        ]
    )
    func broken(text: String) throws {
        let error = try #require(throws: PostgresError.self) { try PostgresConfiguration(text) }
        #expect(error.code == .invalidConfiguration)
        for rendering in ["\(error)", String(reflecting: error)] {
            #expect(!rendering.contains("s3") && !rendering.contains("cret"), "\(rendering)")
        }
    }

    @Test("Both string forms give the same parameters back")
    func roundTrip() throws {
        let configuration = PostgresConfiguration(parameters: [
            "host": "/tmp/with space", "dbname": "it's \\ a db", "password": "a&b=c%d/é", "user": "me@home",
        ])
        #expect(try PostgresConfiguration(configuration.connectionString) == configuration)
        #expect(try PostgresConfiguration(configuration.uri) == configuration)
    }

    @Test("The environment names a database, or does not")
    func environment() throws {
        #expect(try PostgresConfiguration.fromEnvironment([:]) == nil)
        #expect(try PostgresConfiguration.fromEnvironment(["PGSSLMODE": "require", "PGAPPNAME": "x"]) == nil)
        let url = try PostgresConfiguration.fromEnvironment(["DATABASE_URL": "postgresql://h/db", "PGHOST": "other"])
        #expect(url?["host"] == "h")
        let variables = try PostgresConfiguration.fromEnvironment([
            "PGHOST": "h", "PGPORT": "1", "PGPASSWORD": "p", "PGSSLMODE": "require",
        ])
        #expect(variables?.parameters == ["host": "h", "port": "1", "password": "p", "sslmode": "require"])
    }

    @Test("Defaults give way to what the user, the environment or a service file says")
    func defaults() {
        let plain = PostgresConfiguration(parameters: ["host": "h"])
        #expect(plain.connectionParameters(environment: [:])["connect_timeout"] == "10")
        #expect(plain.connectionParameters(environment: ["PGCONNECT_TIMEOUT": "3"])["connect_timeout"] == nil)
        #expect(plain.connectionParameters(environment: ["PGSERVICE": "s"])["tcp_user_timeout"] == nil)
        let given = PostgresConfiguration(parameters: ["keepalives_idle": "7", "application_name": "mine"])
        #expect(given.connectionParameters(environment: [:])["keepalives_idle"] == "7")
        #expect(given.connectionParameters(environment: [:])["application_name"] == "mine")
        #expect(given.connectionParameters(environment: [:])["client_encoding"] == "UTF8")
    }
}
