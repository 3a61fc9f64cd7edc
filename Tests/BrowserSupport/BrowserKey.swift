/// Keys that are no text, for `Browser.press` and `BrowserElement.type`.
public enum BrowserKey {
    public static let enter = "\u{E007}"
    public static let tab = "\u{E004}"
    public static let escape = "\u{E00C}"
    public static let backspace = "\u{E003}"
    public static let left = "\u{E012}"
    public static let up = "\u{E013}"
    public static let right = "\u{E014}"
    public static let down = "\u{E015}"
    /// Holds for the keys after it.
    public static let shift = "\u{E008}"
}
