import HTTPTypes
import Hummingbird

extension Request {
    /// A form without JavaScript can only be posted: `?_method=delete` in its address says what it means.
    var withIntendedMethod: Request {
        guard method == .post, let given = (try? query)?["_method"] else { return self }
        let methods: [String: HTTPRequest.Method] = ["put": .put, "patch": .patch, "delete": .delete]
        guard let method = methods[given.lowercased()] else { return self }
        var head = head
        head.method = method
        return Request(head: head, body: body)
    }
}
