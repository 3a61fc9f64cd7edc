import Registry
import Testing

struct ModelURITests {
    @Test(
        "Every form is read and written back",
        arguments: [
            ("models:/rf/3", ModelURI.version(name: "rf", version: 3)),
            ("models:/rf/latest", .latest(name: "rf")),
            ("models:/rf@champion", .alias(name: "rf", alias: "champion")),
            ("models:/a@b@champion", .alias(name: "a@b", alias: "champion")),
            ("models:/m-0123", .loggedModel(id: "m-0123")),
            ("models:/m-0123/2", .version(name: "m-0123", version: 2)),
            ("runs:/0123/model", .run(id: "0123", path: "model")),
            ("runs:/0123/a/b c", .run(id: "0123", path: "a/b c")),
            ("job:42", .job(42)),
        ]
    )
    func parse(text: String, uri: ModelURI) throws {
        #expect(try ModelURI(text) == uri)
        #expect(uri.description == text)
    }

    @Test("Spellings that mean the same")
    func lenient() throws {
        #expect(try ModelURI("models:/rf/LATEST") == .latest(name: "rf"))
        #expect(try ModelURI("runs:/0123/model/") == .run(id: "0123", path: "model"))
    }

    @Test(
        "What is not a model URI is refused, with the forms that are",
        arguments: [
            "", "rf", "rf/1", "models:rf/1", "models:/", "models:/rf", "models:/rf/", "models:/rf/0", "models:/rf/-1",
            "models:/rf/+1", "models:/rf/1.0", "models:/rf/Production", "models:/rf/1/2", "models:/rf@", "models:/@a",
            "models://rf/1", "runs:/0123", "runs:/0123/", "runs://0123/m", "runs:/0123/../x", "runs:/0123/a//b", "job:",
            "job:0",
            "job:x", "job:+1", "s3://bucket/m", "models:/rf/99999999999999999999",
        ]
    )
    func malformed(text: String) {
        #expect {
            try ModelURI(text)
        } throws: { error in
            guard let error = error as? RegistryError else { return false }
            return error.code == .malformedURI && error.description.contains("models:/NAME@ALIAS")
        }
    }
}
