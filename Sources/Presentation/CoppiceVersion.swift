/// The version of this build, the same for all executables.
public enum CoppiceVersion {
    public static let current = "0.1.0"
}
