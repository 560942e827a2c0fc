import Foundation
import Templates

// Prints `name nanoseconds` for each page, the copy of its bytes, and JSON. With a folder as argument it writes the pages
// there instead, for `jinja_bench.py` to compare.

let page = ProductsPage(products: Product.samples)
let cells = (0..<100).map { row in
    (0..<100).map { column in column % 10 == 0 ? "<\(row) & \(column)>" : "cell \(row),\(column)" }
}

if CommandLine.arguments.count > 1 {
    let folder = URL(filePath: CommandLine.arguments[1])
    for (name, html) in [("page", page.html), ("table", table(cells))] {
        try html.string.write(to: folder.appending(path: "\(name).html"), atomically: true, encoding: .utf8)
    }
} else {
    measure("page") { page.html }
    measure("table") { table(cells) }
    try measureJSON()
}
