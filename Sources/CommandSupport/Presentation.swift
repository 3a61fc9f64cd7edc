// Sizes, times and JSON as people and programs read them are the same in the shell and on the web page. Commands get them
// with everything else that they need.
@_exported public import Presentation
