import Postgres
import TestSupport
import Testing

@Suite("Tables and queries as data", .database, .timeLimit(.minutes(10)))
struct DataSourceTests {
    private func store() async throws -> Store {
        let store = try Store()
        try await store.execute(
            """
            create table public.houses as
            select n as id, (n * 7 % 10)::float8 / 3 as rooms, case when n % 2 = 0 then 'old' else 'new' end as age,
                n * 1.5 as price
            from generate_series(1, 60) n
            """
        )
        return store
    }

    @Test("A table that was granted to coppice_data is trained on, and its digest recorded")
    func table() async throws {
        let store = try await store()
        try await store.execute("grant select on public.houses to coppice_data")
        let submitted = try await store.submit.run(
            "train",
            "--data",
            "table:public.houses",
            "--target",
            "price",
            "--features",
            "id,rooms"
        )
        #expect(submitted.status == 0, "\(submitted.errors)")
        let query = "query:select rooms, age from houses order by id -- by age"
        let classification = try await store.submit.run(["train", "--data", query, "--target", "age"])
        #expect(classification.status == 0, "\(classification.errors)")
        #expect(try await store.worker.run("--drain").status == 0)

        let runs = try await store.value(
            String.self,
            """
            select string_agg(concat_ws(' ', status, dataset, length(dataset_digest)), ', ' order by job_id)
            from coppice.run_history
            """
        )
        #expect(runs == "FINISHED table:public.houses 32, FINISHED query 32")
    }

    @Test(
        "A query has the rights of coppice_data and no way to others",
        arguments: [
            "select * from houses", "select set_config('role', 'none', true) as a, 1 as b",
            "select * from coppice.jobs", "select pg_read_file('/etc/hostname') as a, 1 as b",
            "select 1 as a) q; drop table houses; select * from (select 1",
            "with gone as (delete from houses returning *) select * from gone", "select 1 as a, 2 as a", "select",
            "select nothing from nowhere", "select * from generate_series(1, 0) a",
        ]
    )
    func rights(query: String) async throws {
        let store = try await store()
        let result = try await store.submit.run(["train", "--data", "query:\(query)"])
        result.expectError(status: 64)
        #expect(try await store.value(Int.self, "select count(*) from public.houses") == 60)
        #expect(try await store.value(Int.self, "select count(*) from coppice.jobs") == 0)
    }

    @Test("What may not be read is named with the grant that is missing; a hostile name stays a name")
    func tableErrors() async throws {
        let store = try await store()
        try await store.submit.run("train", "--data", "table:public.houses").expectError(
            status: 64,
            "houses",
            "coppice_data"
        )
        try await store.submit.run("train", "--data", "table:public.\"; drop table houses; --").expectError(
            status: 64,
            "does not exist"
        )
        try await store.submit.run("train", "--data", "table:a.b.c").expectError(status: 64, "SCHEMA.NAME")
    }

    @Test("Another database is read as the login that its address names")
    func otherDatabase() async throws {
        let plain = try await store()
        let store = try Store(["COPPICE_DATA_URL": plain.database.url])
        let result = try await store.submit.run(
            "train",
            "--data",
            "table:houses",
            "--target",
            "price",
            "--features",
            "id,rooms"
        )
        #expect(result.status == 0, "\(result.errors)")
    }
}
