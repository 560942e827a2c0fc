struct PrivateCluster { var url = ""; static func open(dataDirectory: String, log: (String) -> Void) async throws -> PrivateCluster { PrivateCluster() }; func close() async {} }
