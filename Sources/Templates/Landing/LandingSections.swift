/// What the landing page tells below the box. The same for everyone, so each section is made once.
enum LandingSections {
    /// A heading of a few words and what there is to say about it.
    typealias Point = (title: String, text: String)
}
