internal import CCurl

/// Owns one libcurl easy handle and its lists. Setting keeps the first error: ask `check()` once at the end.
final class Easy {
    let pointer: UnsafeMutableRawPointer
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private var firstError = CURLE_OK

    init() throws(CurlError) {
        guard let pointer = curl_easy_init() else { throw .overloaded }
        self.pointer = pointer
    }

    deinit {
        curl_easy_cleanup(pointer)
        for list in lists { curl_slist_free_all(list) }
    }

    func set(_ option: CURLoption, _ value: Int) { note(ccurl_set_long(pointer, option, value)) }

    func set(_ option: CURLoption, size: Int) { note(ccurl_set_size(pointer, option, Int64(size))) }

    func set(_ option: CURLoption, _ value: String) { note(ccurl_set_string(pointer, option, value)) }

    /// libcurl copies them: set `CURLOPT_POSTFIELDSIZE_LARGE` before.
    func set(_ option: CURLoption, copying bytes: [UInt8]) {
        bytes.withUnsafeBytes { note(ccurl_set_bytes(pointer, option, $0.baseAddress ?? UnsafeRawPointer(pointer))) }
    }

    func set(_ option: CURLoption, context: AnyObject) {
        note(ccurl_set_pointer(pointer, option, Unmanaged.passUnretained(context).toOpaque()))
    }

    func set(_ option: CURLoption, callback: @escaping ccurl_bytes_callback) {
        note(ccurl_set_bytes_callback(pointer, option, callback))
    }

    func set(_ option: CURLoption, list items: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for item in items {
            guard let longer = curl_slist_append(list, item) else { return note(CURLE_OUT_OF_MEMORY) }
            list = longer
        }
        guard let list else { return }
        lists.append(list)
        note(ccurl_set_list(pointer, option, list))
    }

    func setURL(_ url: ParsedURL) { note(ccurl_set_url(pointer, url.handle.pointer)) }

    func setProtocols(_ schemes: String) { note(ccurl_set_protocols(pointer, schemes)) }

    func setOpenSocket(_ callback: @escaping curl_opensocket_callback, context: AnyObject) {
        note(ccurl_set_open_socket(pointer, callback, Unmanaged.passUnretained(context).toOpaque()))
    }

    func setProgress(_ callback: @escaping curl_xferinfo_callback, context: AnyObject) {
        note(ccurl_set_progress(pointer, callback, Unmanaged.passUnretained(context).toOpaque()))
    }

    func check() throws(CurlError) {
        guard firstError == CURLE_OK else {
            throw .protocolViolation(code: Int(firstError.rawValue), bytesReceived: 0)
        }
    }

    func size(_ info: CURLINFO) -> Int { Int(ccurl_get_size(pointer, info)) }

    func long(_ info: CURLINFO) -> Int { ccurl_get_long(pointer, info) }

    private func note(_ code: CURLcode) {
        if firstError == CURLE_OK { firstError = code }
    }
}
