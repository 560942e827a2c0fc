import Templates

struct Product: Sendable {
    let name: String
    let price: Int
    let link: String
    let note: String

    static let samples = (1...12).map { number in
        Product(
            name: "Tea & Cake \(number)", price: number * 135, link: "/products/\(number)?from=shop&page=1",
            note: number % 3 == 0 ? "It's \"fresh\" <daily>" : "Baked every morning in our own oven")
    }
}

@View struct ProductsPage {
    @Hidden let products: [Product]

    var html: HTML {
        #html(
            """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Products</title></head>
            <body>
            <table>
            \(products.map { product in
                #html("""
                    <tr>
                      <td><a href="\(product.link)">\(product.name)</a></td>
                      <td>\(product.price)</td>
                      <td>\(product.note)</td>
                    </tr>

                    """)
            })</table>
            </body>
            </html>

            """)
    }
}

func table(_ rows: [[String]]) -> HTML {
    #html("<table>\(rows.map { row in #html("<tr>\(row.map { #html("<td>\($0)</td>") })</tr>\n") })</table>\n")
}
