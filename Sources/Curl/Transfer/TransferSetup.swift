internal import CCurl
import Glibc

extension Transfer {
    /// How long libcurl may keep a pinned name; longer than any transfer waits for a connection.
    private static let pinnedSeconds = 3600
    /// A pinned name must stay under libcurl's 255 characters.
    private static let maximumPinnedAddresses = 6

    /// What is read at a time. libcurl's usual 16 KiB would be most of what a stream takes.
    private static let readBytes = 4_096

    /// An easy handle with everything set, ready to be run.
    func makeEasy(_ configuration: Curl.Configuration) throws(CurlError) -> Easy {
        let easy = try Easy()
        easy.set(CURLOPT_NOSIGNAL, 1)
        easy.set(CURLOPT_BUFFERSIZE, Self.readBytes)
        easy.set(CURLOPT_PROXY, "")
        easy.set(CURLOPT_TCP_KEEPALIVE, 1)
        easy.set(CURLOPT_SSL_VERIFYPEER, 1)
        easy.set(CURLOPT_SSL_VERIFYHOST, 2)
        easy.set(CURLOPT_CONNECTTIMEOUT_MS, timeouts.connect.milliseconds)
        if let left = deadline.left { easy.set(CURLOPT_TIMEOUT_MS, left.milliseconds) }
        if let authorities = configuration.certificateAuthorities { easy.set(CURLOPT_CAINFO, authorities) }
        setCallbacks(on: easy)
        pinAddresses(on: easy)
        switch exchange {
        case .http(let request, let url): request.configure(easy, url)
        case .mail(let delivery):
            delivery.configure(easy)
            easy.setProgress(onProgress, context: self)
        }
        try easy.check()
        return easy
    }

    private func setCallbacks(on easy: Easy) {
        easy.set(CURLOPT_PRIVATE, context: self)
        easy.set(CURLOPT_WRITEFUNCTION, callback: onBody)
        easy.set(CURLOPT_WRITEDATA, context: self)
        easy.set(CURLOPT_HEADERFUNCTION, callback: onHeader)
        easy.set(CURLOPT_HEADERDATA, context: self)
        easy.set(CURLOPT_READFUNCTION, callback: onSend)
        easy.set(CURLOPT_READDATA, context: self)
        easy.setOpenSocket(onOpenSocket, context: self)
    }

    /// The name is connected to under an alias made of its addresses. So libcurl resolves nothing, tries them all, and
    /// reuses a connection only for the same name at the same addresses, whoever asked for it and under which policy.
    private func pinAddresses(on easy: Easy) {
        guard IPAddress(host) == nil else { return }
        let addresses = addresses.prefix(Self.maximumPinnedAddresses)
        let alias = "pinned-" + addresses.map(\.hexadecimal).joined(separator: "-")
        let list = addresses.map(\.bracketed).joined(separator: ",")
        easy.set(CURLOPT_CONNECT_TO, list: ["::\(alias):"])
        easy.set(CURLOPT_RESOLVE, list: ["+\(alias):\(url.port):\(list)"])
        easy.set(CURLOPT_DNS_CACHE_TIMEOUT, Self.pinnedSeconds)
    }

    var url: ParsedURL {
        switch exchange {
        case .http(_, let url): url
        case .mail(let delivery): delivery.url
        }
    }

    var host: String { url.host }
}

extension Curl.Request {
    fileprivate func configure(_ easy: Easy, _ url: ParsedURL) {
        easy.setURL(url)
        easy.setProtocols("http,https")
        easy.set(CURLOPT_USERAGENT, "Frontdesk")
        // Not HTTP/2: there libcurl 7.88 tells nobody that a stream was cancelled before something else is sent on the
        // connection, so a model would go on at our cost, and a paused stream holds up its neighbours.
        easy.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        if acceptsCompression { easy.set(CURLOPT_ACCEPT_ENCODING, "") }
        setMethod(on: easy)
        let names = Set(headers.map { $0.0.lowercased() })
        // "Name:" keeps libcurl from adding its own, "Name;" sends an empty one.
        var lines = ["Expect:"]
        if !names.contains("content-type") { lines.append("Content-Type:") }
        lines += headers.map { $0.1.isEmpty ? "\($0.0);" : "\($0.0): \($0.1)" }
        easy.set(CURLOPT_HTTPHEADER, list: lines)
    }

    private func setMethod(on easy: Easy) {
        guard method != "HEAD" else { return easy.set(CURLOPT_NOBODY, 1) }
        easy.set(CURLOPT_MAXFILESIZE_LARGE, size: max(1, maximumBodyBytes))
        if !body.isEmpty || ["POST", "PUT", "PATCH"].contains(method) {
            easy.set(CURLOPT_POST, 1)
            easy.set(CURLOPT_POSTFIELDSIZE_LARGE, size: body.count)
            easy.set(CURLOPT_COPYPOSTFIELDS, copying: body)
        }
        if method != "GET" || !body.isEmpty { easy.set(CURLOPT_CUSTOMREQUEST, method) }
    }
}

extension MailDelivery {
    fileprivate func configure(_ easy: Easy) {
        easy.setURL(url)
        easy.setProtocols("smtp,smtps")
        easy.set(CURLOPT_USE_SSL, server.encryption.level)
        if let user = server.user { easy.set(CURLOPT_USERNAME, user) }
        if let password = server.password { easy.set(CURLOPT_PASSWORD, password) }
        if let recipient {
            easy.set(CURLOPT_MAIL_FROM, sender)
            easy.set(CURLOPT_MAIL_RCPT, list: [recipient])
            easy.set(CURLOPT_UPLOAD, 1)
            easy.set(CURLOPT_INFILESIZE_LARGE, size: message.count)
        } else {
            easy.set(CURLOPT_CUSTOMREQUEST, "NOOP")
        }
        // A mail server drops idle connections as it likes, and a mail sent twice is worse than a handshake.
        easy.set(CURLOPT_FRESH_CONNECT, 1)
        easy.set(CURLOPT_FORBID_REUSE, 1)
    }
}

extension SMTPServer.Encryption {
    fileprivate var level: Int {
        switch self {
        case .required: Int(CURLUSESSL_ALL.rawValue)
        case .opportunistic: Int(CURLUSESSL_TRY.rawValue)
        case .none: Int(CURLUSESSL_NONE.rawValue)
        }
    }
}

extension IPAddress {
    fileprivate var hexadecimal: String {
        switch self {
        case .v4(let bits): String(bits, radix: 16)
        case .v6(let bits): String(bits, radix: 16)
        }
    }

    fileprivate var bracketed: String {
        switch self {
        case .v4: text
        case .v6: "[\(text)]"
        }
    }
}

// MARK: Callbacks, on the transfer thread

private func transfer(_ context: UnsafeMutableRawPointer) -> Transfer {
    Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
}

private let onBody: ccurl_bytes_callback = { bytes, size, count, context in
    guard let bytes, let context else { return 0 }
    let transfer = transfer(context)
    return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: size * count), at: transfer.loop.now)
}

private let onHeader: ccurl_bytes_callback = { bytes, size, count, context in
    guard let bytes, let context else { return 0 }
    let transfer = transfer(context)
    return transfer.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count), at: transfer.loop.now)
}

private let onSend: ccurl_bytes_callback = { bytes, size, count, context in
    guard let bytes, let context else { return 0 }
    return transfer(context).fill(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
}

private let onProgress: curl_xferinfo_callback = { context, _, _, _, _ in
    guard let context else { return 1 }
    return transfer(context).shouldStop() ? 1 : 0
}

/// The second net: whatever libcurl means to connect to must be one of the addresses that were checked.
private let onOpenSocket: curl_opensocket_callback = { context, _, address in
    guard let context, let address else { return CURL_SOCKET_BAD }
    let transfer = transfer(context)
    let target = withUnsafeMutablePointer(to: &address.pointee.addr) { IPAddress(socketAddress: UnsafeRawPointer($0)) }
    guard let target, transfer.addresses.contains(target) else {
        transfer.failure = .addressNotAllowed(.privateAddress)
        return CURL_SOCKET_BAD
    }
    transfer.loop.countConnection()
    let type = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(address.pointee.family, type, address.pointee.protocol)
    if case .mail = transfer.exchange { transfer.mailSockets.append(fcntl(descriptor, F_DUPFD_CLOEXEC, 0)) }
    return descriptor
}
