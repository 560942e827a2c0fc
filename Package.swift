// swift-tools-version: 6.2
import CompilerPluginSupport
import PackageDescription

let package = Package(
    name: "frontdesk",
    platforms: [.macOS(.v15)],
    dependencies: [
        // Without traits: what they add (configuration from providers, all of Foundation) isn't used.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1"),
    ],
    targets: [
        // The walls: each knows one library of the system, and nothing of the product.
        .target(name: "StreamSafe"),
        .target(name: "Threads"),
        .target(name: "Programs"),
        .systemLibrary(name: "CMarkGFM"),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "Curl", dependencies: ["CCurl", "StreamSafe", "Threads"]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq"),
        .target(name: "Postgres", dependencies: ["CPostgres", "StreamSafe", "Threads"]),
        .target(name: "Jobs", dependencies: ["Postgres"]),
        .target(name: "Answering", dependencies: ["StreamSafe"]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CZlib"),
        .target(name: "Zip", dependencies: ["CZlib", "StreamSafe"]),
        .target(name: "Reading", dependencies: ["Answering", "Curl", "Programs", "StreamSafe", "Threads", "Zip"]),

        .target(name: "TemplateSyntax"),
        // Apart from the plugin, as tests of a macro's own target would build everything for the host a second time.
        .target(name: "TemplateExpansion", dependencies: ["TemplateSyntax", .product(name: "SwiftSyntaxMacros", package: "swift-syntax")]),
        .macro(
            name: "TemplateMacros",
            dependencies: [
                "TemplateExpansion",
                .product(name: "_SwiftCompilerPluginMessageHandling", package: "swift-syntax"),
                .product(name: "SwiftSyntaxMacros", package: "swift-syntax"),
            ]),
        .target(name: "Templates", dependencies: ["TemplateMacros", "CMarkGFM"]),

        .executableTarget(
            name: "App",
            dependencies: [
                "Answering", "Curl", "Jobs", "Postgres", "Programs", "Reading", "StreamSafe", "Templates", "Threads", "Zip",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),

        .testTarget(name: "TemplateSyntaxTests", dependencies: ["TemplateSyntax"]),
        .testTarget(
            name: "TemplateExpansionTests",
            dependencies: [
                "TemplateExpansion",
                .product(name: "SwiftOperators", package: "swift-syntax"),
                .product(name: "SwiftParser", package: "swift-syntax"),
                .product(name: "SwiftSyntaxMacroExpansion", package: "swift-syntax"),
            ]),
        .target(name: "HolePages", dependencies: ["Templates"], path: "Tests/HolePages"),
        .executableTarget(name: "PrintHolePages", dependencies: ["HolePages", "Templates"], path: "Tests/PrintHolePages"),
        .testTarget(name: "TemplatesTests", dependencies: ["Templates", "TemplateSyntax", "HolePages"]),
        // Says what indexes take of memory, in a process where nothing else does.
        .executableTarget(name: "IndexHeap", dependencies: ["Answering", "CMalloc"], path: "Tests/IndexHeap"),
        .testTarget(name: "AnsweringTests", dependencies: ["Answering", "IndexHeap"], exclude: ["Shops"], resources: [.copy("Questions")]),
        .testTarget(name: "CurlTests", dependencies: ["Curl"]),
        .testTarget(name: "ReadingTests", dependencies: ["Reading", "Curl", "CZlib"]),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "Threads"]),
        .testTarget(name: "ZipTests", dependencies: ["Zip"]),
        .testTarget(name: "StreamSafeTests", dependencies: ["StreamSafe"]),
        // A worker's process, to be killed by tests.
        .executableTarget(name: "JobsCrash", dependencies: ["Jobs", "Postgres"], path: "Tests/JobsCrash"),
        .testTarget(name: "JobsTests", dependencies: ["Jobs", "JobsCrash", "Postgres"]),
        .testTarget(
            name: "AppTests",
            dependencies: [
                "App", "Answering", "Templates", "Postgres", "Curl",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], exclude: ["BotTests/Changes"]),

        // What bin/bench runs.
        .executableTarget(name: "TemplateBench", dependencies: ["Templates"], path: "Benchmarks/TemplateBench"),
        .executableTarget(name: "PostgresBench", dependencies: ["Postgres"], path: "Benchmarks/PostgresBench"),
        .executableTarget(name: "JobsBench", dependencies: ["Jobs", "Postgres"], path: "Benchmarks/JobsBench"),
        .executableTarget(name: "RetrievalBench", dependencies: ["Answering"], path: "Benchmarks/RetrievalBench"),
        .executableTarget(
            name: "BareHello", dependencies: [.product(name: "Hummingbird", package: "hummingbird")], path: "Benchmarks/BareHello"),
        .executableTarget(name: "Upstream", path: "Benchmarks/Upstream"),
        .executableTarget(name: "StreamLoad", path: "Benchmarks/StreamLoad"),
    ],
    cLanguageStandard: .c17)
